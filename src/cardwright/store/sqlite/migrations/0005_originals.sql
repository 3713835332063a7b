-- A large card that changes is kept once, in `original`; `card`, and what a change was before, then hold a delta of it.
-- AUTOINCREMENT: a number is never given twice, so a record that names one never names another's.
CREATE TABLE original (
  original  INTEGER PRIMARY KEY AUTOINCREMENT,
  contact   INTEGER NOT NULL,  -- it stays when the contact is deleted: undo needs it
  card      BLOB    NOT NULL
) STRICT;

CREATE INDEX original_contact ON original (contact);

ALTER TABLE card ADD COLUMN original INTEGER;  -- NULL: `card` is the whole card, else its delta, empty for none
