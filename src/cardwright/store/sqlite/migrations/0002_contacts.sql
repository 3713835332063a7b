-- Contacts. The key of a contact is its campaign's number * 2^40 + its own: a page of a campaign is one stretch of the
-- table, in the order of the list, and the full-text index can name a contact by it.

CREATE TABLE contact (
  contact       INTEGER PRIMARY KEY,
  campaign      INTEGER NOT NULL REFERENCES campaign,
  user          INTEGER REFERENCES partner_user,  -- of a system-created contact
  own_title     INTEGER NOT NULL,                 -- 1: of a system-created contact, set by API
  first         TEXT    NOT NULL,
  last          TEXT    NOT NULL,
  email         TEXT    NOT NULL,
  title         TEXT    NOT NULL,
  phone         TEXT    NOT NULL,
  phone_country TEXT    NOT NULL,
  cell          TEXT    NOT NULL,
  cell_country  TEXT    NOT NULL,
  labels        TEXT    NOT NULL,  -- one a line
  partners      TEXT    NOT NULL,  -- their ids, with commas between
  more          TEXT,              -- the whole contact in JSON, where these columns do not say all of it
  image         TEXT,              -- its digest
  uid           TEXT    NOT NULL,
  revision      INTEGER NOT NULL,  -- the sequence of its last change
  created       INTEGER NOT NULL,
  updated       INTEGER NOT NULL
) STRICT;

CREATE INDEX contact_updated ON contact (campaign, updated);
CREATE INDEX contact_uid ON contact (uid);
CREATE INDEX contact_user ON contact (user) WHERE user IS NOT NULL;
CREATE INDEX contact_image ON contact (image) WHERE image IS NOT NULL;

-- The card that a contact came as, until somebody changes the contact.
CREATE TABLE card (
  contact   INTEGER PRIMARY KEY REFERENCES contact ON DELETE CASCADE,
  card      BLOB    NOT NULL
) STRICT;

-- Images by the SHA-256 of their bytes: the accepted one, and the small one for cards.
CREATE TABLE image (
  account    INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  digest     TEXT    NOT NULL,
  media_type TEXT    NOT NULL,
  data       BLOB    NOT NULL,
  small      BLOB    NOT NULL,
  UNIQUE (account, digest)
) STRICT;

-- Everything that ever happened: the audit trail, the feed, the undo. The key is the campaign's number * 2^40 + the
-- sequence within the campaign.
CREATE TABLE change (
  change    INTEGER PRIMARY KEY,
  contact   INTEGER NOT NULL,
  kind      TEXT    NOT NULL CHECK (kind IN ('created', 'updated', 'deleted', 'restored', 'erased')),
  at        INTEGER NOT NULL,
  by        TEXT    NOT NULL,
  before    TEXT,  -- what it was: the row, and the card, in JSON
  image     TEXT   -- what it pointed to
) STRICT;

CREATE INDEX change_before ON change (contact) WHERE before IS NOT NULL;
CREATE INDEX change_image ON change (image) WHERE image IS NOT NULL;

-- Answers to requests with an idempotency key, for 24 hours.
CREATE TABLE repeat (
  account   INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  key       TEXT    NOT NULL,
  digest    BLOB    NOT NULL,
  number    INTEGER NOT NULL,
  created   INTEGER NOT NULL,
  PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX repeat_created ON repeat (created);

-- What contacts are found by: their words, and their exact values as digests; see index_terms.py. Written once per commit.
CREATE VIRTUAL TABLE search USING fts5 (terms, content = '', columnsize = 0, detail = none, tokenize = "ascii tokenchars ':='");
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);  -- what is erased leaves the file
