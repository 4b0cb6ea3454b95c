"""The tablet app: the pages of people in prison and of the supporters among them."""
