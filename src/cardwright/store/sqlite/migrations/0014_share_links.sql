-- Contacts whose card is shown to who has the link. The SHA-256 of its token; the token itself is nowhere.
CREATE TABLE share_link (
  contact  INTEGER PRIMARY KEY,  -- may be deleted: its link is found again when it is back
  campaign INTEGER NOT NULL REFERENCES campaign,
  digest   BLOB    NOT NULL UNIQUE,
  made     INTEGER NOT NULL,
  ends     INTEGER               -- NULL: when it is stopped
) STRICT;
CREATE INDEX share_link_campaign ON share_link (campaign);
