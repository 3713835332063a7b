-- Contacts whose card is shown to who has the link. The SHA-256 of its token; the token itself is nowhere.
-- On every node of a distributed engine: who has a link names no account.
CREATE TABLE share_link (
  account  bigint  NOT NULL,
  campaign integer NOT NULL,
  number   bigint  NOT NULL,  -- its contact may be deleted: its link is found again when that is back
  digest   bytea   NOT NULL,
  made     bigint  NOT NULL,
  ends     bigint,            -- NULL: when it is stopped
  PRIMARY KEY (account, campaign, number)
);
CREATE INDEX share_link_digest ON share_link (digest);
