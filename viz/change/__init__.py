"""The page on which levers are moved while the distribution follows."""
