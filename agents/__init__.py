"""Who acts: one file for each kind of actor, and below them what they decide with."""
