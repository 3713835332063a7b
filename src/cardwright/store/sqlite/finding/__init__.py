"""How a list, a filter or a search finds its contacts and counts them, at any size."""
