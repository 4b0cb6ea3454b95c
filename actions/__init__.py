"""Rasa custom actions: each translates tracker to service to events."""
