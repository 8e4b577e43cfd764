"""The world around the actors: the war, truces, how a run ends, and the order of a week."""
