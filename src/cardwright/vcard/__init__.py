"""The vCard codec: bytes to cards and back. It knows no Contact and could be a library of its own."""
