"""Fitting a case to the patterns of its record."""
