"""The page on which one world is watched week by week."""
