"""The world around the actors: scenario, war, week, outcome, and the two engines."""
