"""Shares, spreads, incidences, differences and nulls: statistics that know no case."""
