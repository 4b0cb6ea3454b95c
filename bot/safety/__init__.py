"""Danger to life: noticing it, recording it, and looking at the record again."""
