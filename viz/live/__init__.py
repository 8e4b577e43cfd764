"""Runs behind the page: one worker for each session, and sweeps under way."""
