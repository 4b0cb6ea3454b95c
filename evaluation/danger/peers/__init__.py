"""Other ways to notice danger in the same run: the same lines to learn from, the same messages."""
