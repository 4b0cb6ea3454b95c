"""The danger screen measured: what it misses, what it flags for nothing, how fast, and beside others."""
