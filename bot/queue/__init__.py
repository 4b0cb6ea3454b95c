"""A request for a person, from asking to done. Imports nothing but plain types."""
