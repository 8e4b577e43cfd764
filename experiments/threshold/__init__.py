"""The smallest change of a lever that reaches a level of an outcome."""
