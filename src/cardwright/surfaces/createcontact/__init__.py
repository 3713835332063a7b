"""createcontact: one JSON POST, one vCard."""
