"""Running: ensembles and sweeps, their tables, and their results on disk."""
