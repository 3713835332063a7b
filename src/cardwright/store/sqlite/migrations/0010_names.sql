-- The order of lists by name: the full name as it is shown, folded (book/name_order.py). It lags behind the contacts: names
-- are put here when a list asks for them, many at a time, so nothing that writes a contact has to wait for it.
CREATE TABLE sort_name (
  contact  INTEGER PRIMARY KEY,  -- may be gone already
  campaign INTEGER NOT NULL REFERENCES campaign,
  name     TEXT    NOT NULL
) STRICT;
CREATE INDEX sort_name_name ON sort_name (campaign, name);

ALTER TABLE campaign ADD COLUMN named INTEGER NOT NULL DEFAULT 0;  -- the sequence of the change up to which it is true
