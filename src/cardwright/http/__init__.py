"""The HTTP kit that surfaces share. It knows no surface."""
