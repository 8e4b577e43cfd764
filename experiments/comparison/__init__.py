"""Outcome distributions held against each other: shares, quantiles, flows and nulls."""
