"""Levers of the page: what each changes, and which are offered."""
