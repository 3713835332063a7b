-- Who is signed in to the console, by the SHA-256 of what the cookie holds. A session goes with its token.
CREATE TABLE session (
  account   INTEGER NOT NULL,
  digest    BLOB    NOT NULL,
  token     TEXT    NOT NULL,  -- the id of the token that it was begun with
  ends      INTEGER NOT NULL,
  kept      TEXT    NOT NULL,  -- what the page that follows shows, in JSON; empty for nothing
  PRIMARY KEY (account, digest),
  FOREIGN KEY (account, token) REFERENCES token (account, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX session_token ON session (account, token, ends);
