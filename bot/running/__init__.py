"""Everything on one machine by one command: checks, training, starting, stopping."""
