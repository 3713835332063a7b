-- Contacts that were merged: the second was deleted, the first has what both had.
CREATE TABLE merged (
  account  bigint NOT NULL,
  campaign integer NOT NULL,
  second   bigint NOT NULL,
  deleted  bigint NOT NULL,  -- sequence of the change that deleted the second
  first    bigint NOT NULL,
  updated  bigint NOT NULL,  -- of the one that put it into the first
  undone   bigint,           -- of the one of the first that undid it: its record holds what both had
  PRIMARY KEY (account, campaign, second, deleted)
);
CREATE INDEX merged_first ON merged (account, campaign, first);
