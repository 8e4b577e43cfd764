"""Worlds to look at: recorded, at a moment, and beside the record."""
