"""Which levers matter: screening, variance-based indices, and scenario discovery."""
