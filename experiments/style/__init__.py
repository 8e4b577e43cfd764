"""One look and one voice: words, colours, files and refusals."""
