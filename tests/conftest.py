"""Settings for every test: properties are tried in the same order each time, and keep nothing on disk."""

from hypothesis import settings

settings.register_profile("signpost", derandomize=True, database=None, deadline=None, max_examples=60)
settings.load_profile("signpost")
