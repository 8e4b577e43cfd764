"""The world around the actors: case, war, week, outcome, and the two engines."""

if not __name__.startswith("ceasefire."):
    raise ImportError("Import it as ceasefire.model: this folder only stands beside your script.")
