"""What a prison has for people: its services, when they are open, how to reach them, and who answers."""
