-- Who is signed in to the console, by the SHA-256 of what the cookie holds. A session goes with its token.
CREATE TABLE session (
  account bigint NOT NULL REFERENCES account,
  digest  bytea NOT NULL,
  token   text COLLATE "C" NOT NULL,        -- the id of the token that it was begun with
  ends    bigint NOT NULL,
  kept    text NOT NULL,                    -- what the page that follows shows, in JSON; empty for nothing
  PRIMARY KEY (account, digest)
);
CREATE INDEX session_token ON session (account, token, ends);
