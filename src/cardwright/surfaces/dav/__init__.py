"""CardDAV: the contacts as two-way address books of phones and mail programs (RFC 6352)."""
