"""What a contact is: frozen values and the rules they keep. Pure."""
