"""The page with a plane of two levers."""
