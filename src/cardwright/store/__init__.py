"""The stores behind the ports of `book`; the only SQL in the tree."""
