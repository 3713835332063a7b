"""Use cases over stored contacts, and the ports they need."""
