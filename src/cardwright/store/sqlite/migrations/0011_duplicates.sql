-- Contacts that may be one person: pairs, or (first and second 0) a key that many share. Found when somebody asks, of what
-- changed since; `since` is the revision with which they came to share it. Numbers of contacts, not keys.
CREATE TABLE duplicate (
  campaign  INTEGER NOT NULL REFERENCES campaign,
  first     INTEGER NOT NULL,
  second    INTEGER NOT NULL,
  key       TEXT    NOT NULL,  -- terms of the index, without the campaign; empty for a pair
  since     INTEGER NOT NULL,
  holders   INTEGER NOT NULL,
  PRIMARY KEY (campaign, first, second, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX duplicate_since ON duplicate (campaign, since, second, first, key);
CREATE INDEX duplicate_second ON duplicate (campaign, second);

-- How far a campaign was looked at: the sequence of a change.
CREATE TABLE duplicates_looked (
  campaign  INTEGER PRIMARY KEY REFERENCES campaign,
  sequence  INTEGER NOT NULL
) STRICT;

-- Pairs of whom somebody said that they are not the same person.
CREATE TABLE not_same (
  campaign  INTEGER NOT NULL REFERENCES campaign,
  first     INTEGER NOT NULL,
  second    INTEGER NOT NULL,
  PRIMARY KEY (campaign, first, second)
) STRICT, WITHOUT ROWID;

CREATE INDEX not_same_second ON not_same (campaign, second);
