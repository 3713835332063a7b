"""The octets of a file to cards, whatever program wrote them."""
