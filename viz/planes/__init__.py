"""Planes of two levers: their numbers, their picture, and what it says."""
