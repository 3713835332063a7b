-- Address books (CardDAV). A book is a campaign, or 0: all campaigns of the account as one. Of what has a name there the
-- campaign and the number say which it is. One card that is there has a name; others that are gone may have had it.
CREATE TABLE card_name (
  account  bigint  NOT NULL,
  campaign integer NOT NULL,
  number   bigint  NOT NULL,                -- of a contact, whom it outlives: it gets its name back; or of a group
  is_group boolean NOT NULL,
  book     integer NOT NULL,
  name     text COLLATE "C" NOT NULL,
  repeats_uid boolean NOT NULL,             -- in the book of all: one that came before it has the same UID
  PRIMARY KEY (account, campaign, number, is_group, book)
);
CREATE INDEX card_name_name ON card_name (account, book, name);
-- How far the cards of a campaign have their names in a book, which are given when somebody looks.
CREATE TABLE book_state (
  account  bigint  NOT NULL,
  campaign integer NOT NULL,
  book     integer NOT NULL,
  named    bigint  NOT NULL DEFAULT -1,     -- the sequence of the change up to which all have
  floor    bigint  NOT NULL DEFAULT 0,      -- what left the book before this sequence is not known any more
  PRIMARY KEY (account, campaign, book)
);
-- Names that cards left while they, or others of the same number, are there still: by a move, or with a group.
CREATE TABLE left_name (
  account  bigint  NOT NULL,
  campaign integer NOT NULL,
  sequence bigint  NOT NULL,                -- its own: the campaign has no other change of this number
  book     integer NOT NULL,
  number   bigint  NOT NULL,
  is_group boolean NOT NULL,
  name     text COLLATE "C" NOT NULL,
  PRIMARY KEY (account, campaign, sequence, book)
);
-- What clients set of a book, where 0 in the place of the campaign is the one of all. The name of a property may be long.
CREATE TABLE book_property (
  account   bigint  NOT NULL,
  campaign  integer NOT NULL,
  namespace text COLLATE "C" NOT NULL,
  name      text COLLATE "C" NOT NULL,
  lang      text NOT NULL,
  value     text NOT NULL
);
CREATE INDEX book_property_campaign ON book_property (account, campaign);

-- Who has a UID: `uids.py` compares those that are found so. The index grows at its end: UIDs of ours begin with the time.
CREATE INDEX contact_uid ON contact (account, campaign, lower(right(uid, 36)));

-- Groups take part in what is followed: each has the sequence of its last change, as contacts have.
ALTER TABLE group_card ADD COLUMN revision bigint NOT NULL DEFAULT 0;
ALTER TABLE group_card ADD COLUMN created bigint NOT NULL DEFAULT 0;
ALTER TABLE group_card ADD COLUMN updated bigint NOT NULL DEFAULT 0;
UPDATE group_card SET revision = earlier + nth, created = at, updated = at FROM (
    SELECT g.account AS of_account, g.campaign AS of_campaign, g.number AS of_number, campaign.sequence AS earlier,
      row_number() OVER (PARTITION BY g.account, g.campaign ORDER BY g.number) AS nth,
      (extract(epoch FROM now()) * 1000)::bigint AS at
    FROM group_card AS g JOIN campaign ON campaign.account = g.account AND campaign.campaign = g.campaign
  ) AS numbered
  WHERE group_card.account = of_account AND group_card.campaign = of_campaign AND group_card.number = of_number;
UPDATE campaign SET sequence = greatest(sequence, last) FROM (
    SELECT account AS of_account, campaign AS of_campaign, max(revision) AS last FROM group_card GROUP BY 1, 2
  ) AS groups
  WHERE campaign.account = of_account AND campaign.campaign = of_campaign;
CREATE INDEX group_card_revision ON group_card (account, campaign, revision);
