"""The page of stored results."""
