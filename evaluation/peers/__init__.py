"""Other recognisers in the same run: the same examples, the same messages, the same figures."""
