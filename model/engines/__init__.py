"""The two engines over one set of rules: the Mesa model, and many compiled worlds at once."""
