-- Photos that were chosen in a form which came back with faults: an hour for their session, with which they go.
CREATE TABLE kept_upload (
  account    bigint  NOT NULL,
  session    bytea   NOT NULL,
  name       text COLLATE "C" NOT NULL,
  campaign   integer NOT NULL,
  number     bigint,                        -- NULL: for a new contact
  ends       bigint  NOT NULL,
  file_name  text    NOT NULL,
  digest     text    NOT NULL,
  media_type text    NOT NULL,
  data       bytea   NOT NULL,
  small      bytea   NOT NULL,
  PRIMARY KEY (account, session, name)
);
CREATE INDEX kept_upload_contact ON kept_upload (account, campaign, number);
CREATE INDEX kept_upload_ends ON kept_upload (account, ends);
