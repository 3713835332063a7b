"""Files of contacts: vCard, jCard and tables, read row by row and written."""
