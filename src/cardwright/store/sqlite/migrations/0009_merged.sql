-- Contacts that were merged: the second was deleted, the first has what both had. Their keys, and those of the changes.
CREATE TABLE merged (
  campaign  INTEGER NOT NULL REFERENCES campaign,
  second    INTEGER NOT NULL,
  deleted   INTEGER NOT NULL,  -- the change that deleted the second
  first     INTEGER NOT NULL,
  updated   INTEGER NOT NULL,  -- the change that put it into the first
  undone    INTEGER,           -- the change of the first that undid it: its record holds what both had
  PRIMARY KEY (second, deleted)
) STRICT, WITHOUT ROWID;

CREATE INDEX merged_first ON merged (first);
CREATE INDEX merged_campaign ON merged (campaign);
