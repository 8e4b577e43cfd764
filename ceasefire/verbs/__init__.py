"""The verbs of the public face: thin, and importing what they need only when they are called."""
