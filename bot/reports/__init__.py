"""How well the queue works: figures from plain rows. Nothing here reads a database or a clock."""
