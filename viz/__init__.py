"""What people look at."""

if not __name__.startswith("ceasefire."):
    raise ImportError("Import it as ceasefire.viz: this folder only stands beside your script.")
