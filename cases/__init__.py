"""Cases, as data: a folder each, with what belongs to it. No code."""
