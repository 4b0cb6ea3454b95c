"""What tests share: builders, and fakes in place of the store."""
