"""Notices that leave the product: which alert goes through which channel, and what became of it."""
