"""A case as data: what its file may hold, how it is read, checked and laid out as records."""
