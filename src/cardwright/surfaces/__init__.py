"""One package for every way in and out."""
