"""Signpost: the product."""
