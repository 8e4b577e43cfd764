"""Experiments: what is varied, what is run, and what came of it."""

if not __name__.startswith("ceasefire."):
    raise ImportError(
        "Import it as ceasefire.experiments: this folder only stands beside your script."
    )
