-- Contacts that may be one person: pairs, or (first and second 0) a key that many share. Found when somebody asks, of what
-- changed since; `since` is the revision with which they came to share it.
CREATE TABLE duplicate (
  account  bigint NOT NULL,
  campaign integer NOT NULL,
  first    bigint NOT NULL,
  second   bigint NOT NULL,
  key      text COLLATE "C" NOT NULL,  -- terms of the index, without the campaign; empty for a pair
  since    bigint NOT NULL,
  holders  bigint NOT NULL,
  PRIMARY KEY (account, campaign, first, second, key)
);
CREATE INDEX duplicate_since ON duplicate (account, campaign, since, second, first, key);
CREATE INDEX duplicate_second ON duplicate (account, campaign, second);
-- How far a campaign was looked at: the sequence of a change.
CREATE TABLE duplicates_looked (
  account  bigint NOT NULL,
  campaign integer NOT NULL,
  sequence bigint NOT NULL,
  PRIMARY KEY (account, campaign)
);
-- Pairs of whom somebody said that they are not the same person.
CREATE TABLE not_same (
  account  bigint NOT NULL,
  campaign integer NOT NULL,
  first    bigint NOT NULL,
  second   bigint NOT NULL,
  PRIMARY KEY (account, campaign, first, second)
);
CREATE INDEX not_same_second ON not_same (account, campaign, second);
