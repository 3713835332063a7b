"""Image bytes to image bytes: decoded strictly, rendered small. CPU only."""
