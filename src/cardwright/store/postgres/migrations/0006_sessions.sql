-- Who is signed in to the console, by the SHA-256 of what the cookie holds. A session goes with its token.
-- IF NOT EXISTS, here and below: for minutes main had 0006, 0007 and 0012 under lower numbers.
CREATE TABLE IF NOT EXISTS session (
  account bigint NOT NULL REFERENCES account,
  digest  bytea NOT NULL,
  token   text COLLATE "C" NOT NULL,        -- the id of the token that it was begun with
  ends    bigint NOT NULL,
  kept    text NOT NULL,                    -- what the page that follows shows, in JSON; empty for nothing
  PRIMARY KEY (account, digest)
);
CREATE INDEX IF NOT EXISTS session_token ON session (account, token, ends);
