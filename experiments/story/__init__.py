"""One run told in words."""
