"""Partner contacts: the address book of a brand's partners' people."""
