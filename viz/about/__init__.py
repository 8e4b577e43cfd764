"""The page on what this is and is not."""
