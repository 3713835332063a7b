"""Download from an address that a stranger chose."""
