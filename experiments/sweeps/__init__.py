"""What a sweep shows: its map, and sentences on it."""
