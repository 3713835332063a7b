-- Photos that were chosen in a form which came back with faults: an hour for their session, with which they go.
CREATE TABLE kept_upload (
  kept_upload INTEGER PRIMARY KEY,
  account     INTEGER NOT NULL,
  session     BLOB    NOT NULL,
  name        TEXT    NOT NULL,
  campaign    INTEGER NOT NULL REFERENCES campaign,
  contact     INTEGER,           -- NULL: for a new one
  ends        INTEGER NOT NULL,
  file_name   TEXT    NOT NULL,
  digest      TEXT    NOT NULL,
  media_type  TEXT    NOT NULL,
  data        BLOB    NOT NULL,
  small       BLOB    NOT NULL,
  UNIQUE (account, session, name),
  FOREIGN KEY (account, session) REFERENCES session (account, digest) ON DELETE CASCADE
) STRICT;
CREATE INDEX kept_upload_campaign ON kept_upload (campaign);
CREATE INDEX kept_upload_contact ON kept_upload (contact);
CREATE INDEX kept_upload_ends ON kept_upload (account, ends);
