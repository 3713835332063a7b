-- Files that were uploaded to be imported, and what has become of their rows; see book/import_jobs.py.
CREATE TABLE import_job (
  account  bigint NOT NULL,
  campaign integer NOT NULL,
  id       text COLLATE "C" NOT NULL,
  name     text NOT NULL,                   -- of the file
  octets   bigint NOT NULL,
  created  bigint NOT NULL,
  by       text NOT NULL,
  state    text COLLATE "C" NOT NULL CHECK (state IN ('arriving', 'ready', 'waiting', 'running', 'finished', 'stopped')),
  task     text COLLATE "C" NOT NULL CHECK (task IN ('', 'check', 'import')),
  contents text NOT NULL,                   -- JSON, as the next three
  choice   text NOT NULL,
  told     text NOT NULL,
  problems text NOT NULL,
  reason   text NOT NULL,
  kept     boolean NOT NULL,                -- false: its file and its report went because a contact was erased
  stop     boolean NOT NULL,                -- who runs it is to end
  runner   text COLLATE "C" NOT NULL,       -- who runs it
  since    bigint NOT NULL,                 -- the sequence of the last change before it was begun, -1 for none
  signed   bigint NOT NULL,                 -- when something last happened to it, by the clock of the database
  PRIMARY KEY (account, id)
);
CREATE INDEX import_job_campaign ON import_job (account, campaign, created);
CREATE INDEX import_job_under_way ON import_job (signed) WHERE state IN ('waiting', 'running');
CREATE INDEX import_job_signed ON import_job (signed);
CREATE INDEX import_job_erased ON import_job (account) WHERE NOT kept;

CREATE TABLE import_piece (
  account  bigint NOT NULL,
  campaign integer NOT NULL,
  job      text COLLATE "C" NOT NULL,
  part     text COLLATE "C" NOT NULL CHECK (part IN ('file', 'report')),
  number   integer NOT NULL,
  octets   bytea NOT NULL,                  -- of a report: CSV, compressed (RFC 1950)
  PRIMARY KEY (account, job, part, number)
);
ALTER TABLE import_piece ALTER octets SET STORAGE EXTERNAL;
CREATE INDEX import_piece_campaign ON import_piece (account, campaign, number);

-- Where the columns of a table went the last time.
CREATE TABLE remembered_mapping (
  account bigint NOT NULL REFERENCES account,
  header  text COLLATE "C" NOT NULL,        -- its digest: a header may hold a person's name
  columns text NOT NULL,                    -- JSON
  used    bigint NOT NULL,
  PRIMARY KEY (account, header)
);
