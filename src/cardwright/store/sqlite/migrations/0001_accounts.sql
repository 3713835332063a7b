-- Accounts and what opens them. Of a key or token only its SHA-256 is kept. Times are milliseconds since 1970, UTC.

CREATE TABLE account (
  account   INTEGER PRIMARY KEY,
  sid       TEXT    NOT NULL UNIQUE,
  name      TEXT    NOT NULL,
  key       BLOB    NOT NULL UNIQUE,
  last_contact INTEGER NOT NULL DEFAULT 0,  -- the last number that a contact was given
  last_user INTEGER NOT NULL DEFAULT 0,
  created   INTEGER NOT NULL
) STRICT;

CREATE TABLE token (
  account   INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  id        TEXT    NOT NULL,
  digest    BLOB    NOT NULL,
  read_only INTEGER NOT NULL,
  created   INTEGER NOT NULL,
  PRIMARY KEY (account, id),
  UNIQUE (account, digest)
) STRICT, WITHOUT ROWID;

-- One row, counted up by every change to keys, tokens or accounts: workers look at it to end what they remember.
CREATE TABLE credentials (version INTEGER NOT NULL) STRICT;
INSERT INTO credentials VALUES (0);

CREATE TRIGGER key_changed AFTER UPDATE OF key ON account BEGIN UPDATE credentials SET version = version + 1; END;
CREATE TRIGGER account_removed AFTER DELETE ON account BEGIN UPDATE credentials SET version = version + 1; END;
CREATE TRIGGER token_revoked AFTER DELETE ON token BEGIN UPDATE credentials SET version = version + 1; END;

CREATE TABLE campaign (
  campaign  INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: it begins the keys of contacts and changes
  account   INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  id        TEXT    NOT NULL,
  name      TEXT    NOT NULL,
  contacts  INTEGER NOT NULL DEFAULT 0,  -- how many there are
  sequence  INTEGER NOT NULL DEFAULT 0,  -- of the last change
  UNIQUE (account, id)
) STRICT;

CREATE TABLE partner (
  partner   INTEGER PRIMARY KEY,
  account   INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  id        TEXT    NOT NULL,
  name      TEXT    NOT NULL,
  UNIQUE (account, id)
) STRICT;

CREATE TABLE partner_user (
  user      INTEGER PRIMARY KEY,
  partner   INTEGER NOT NULL REFERENCES partner ON DELETE CASCADE,
  id        INTEGER NOT NULL,
  first     TEXT    NOT NULL,
  last      TEXT    NOT NULL,
  email     TEXT    NOT NULL,
  title     TEXT    NOT NULL,
  UNIQUE (partner, id)
) STRICT;
