"""Cards to octets, in every version."""
