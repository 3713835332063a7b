"""Partner contacts: a brand and the people of its partners, over REST."""
