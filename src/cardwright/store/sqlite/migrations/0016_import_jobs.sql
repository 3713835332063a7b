-- Files that were uploaded to be imported, and what has become of their rows; see book/import_jobs.py.
CREATE TABLE import_job (
  import_job INTEGER PRIMARY KEY,
  campaign   INTEGER NOT NULL REFERENCES campaign,
  id         TEXT    NOT NULL UNIQUE,
  name       TEXT    NOT NULL,  -- of the file
  octets     INTEGER NOT NULL,
  created    INTEGER NOT NULL,
  by         TEXT    NOT NULL,
  state      TEXT    NOT NULL CHECK (state IN ('arriving', 'ready', 'waiting', 'running', 'finished', 'stopped')),
  task       TEXT    NOT NULL CHECK (task IN ('', 'check', 'import')),
  contents   TEXT    NOT NULL,  -- JSON, as the next three
  choice     TEXT    NOT NULL,
  told       TEXT    NOT NULL,
  problems   TEXT    NOT NULL,
  reason     TEXT    NOT NULL,
  kept       INTEGER NOT NULL,  -- 0: its file and its report went because a contact was erased
  stop       INTEGER NOT NULL,  -- 1: who runs it is to end
  runner     TEXT    NOT NULL,  -- who runs it
  since      INTEGER NOT NULL,  -- the sequence of the last change before it was begun, -1 for none
  signed     INTEGER NOT NULL   -- when something last happened to it
) STRICT;

CREATE INDEX import_job_campaign ON import_job (campaign, created);
CREATE INDEX import_job_under_way ON import_job (signed) WHERE state IN ('waiting', 'running');
CREATE INDEX import_job_signed ON import_job (signed);
CREATE INDEX import_job_erased ON import_job (campaign) WHERE kept = 0;

CREATE TABLE import_piece (
  import_job INTEGER NOT NULL REFERENCES import_job,
  part       TEXT    NOT NULL CHECK (part IN ('file', 'report')),
  number     INTEGER NOT NULL,
  octets     BLOB    NOT NULL,  -- of a report: CSV, compressed (RFC 1950)
  PRIMARY KEY (import_job, part, number)
) STRICT;

-- Where the columns of a table went the last time.
CREATE TABLE remembered_mapping (
  account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
  header  TEXT    NOT NULL,  -- its digest: a header may hold a person's name
  columns TEXT    NOT NULL,  -- JSON
  used    INTEGER NOT NULL,
  PRIMARY KEY (account, header)
) STRICT, WITHOUT ROWID;
