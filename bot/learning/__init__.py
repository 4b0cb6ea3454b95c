"""What the assistant can learn from: answers that helped, and scrubbed messages not understood."""
