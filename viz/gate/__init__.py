"""The door of the live view: who is let in, what may be said, and how long it may take."""
