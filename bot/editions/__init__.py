"""Editions: answers and services as staff have changed them, over the files and never in them."""
