-- The names of cards in address books (CardDAV). A book is a campaign, by its number, or all campaigns of an account, by the
-- account's number below 0. Names are given when somebody looks at a book (`book_state`), and outlive their cards: who
-- synchronizes is told the name of what is gone.
CREATE TABLE card_name (
  book        INTEGER NOT NULL,
  is_group    INTEGER NOT NULL,
  holder      INTEGER NOT NULL,  -- of the contact, or of the group
  name        TEXT    NOT NULL,
  repeats_uid INTEGER NOT NULL,  -- 1: in the book of all campaigns, one that came before it has the same UID
  PRIMARY KEY (book, is_group, holder)
) STRICT, WITHOUT ROWID;
CREATE INDEX card_name_name ON card_name (book, name);

CREATE TABLE book_state (
  book      INTEGER NOT NULL,
  campaign  INTEGER NOT NULL REFERENCES campaign,
  named     INTEGER NOT NULL,  -- the sequence of the change up to which cards have names
  floor     INTEGER NOT NULL,  -- who has seen less than this change cannot be told what is gone
  PRIMARY KEY (book, campaign)
) STRICT, WITHOUT ROWID;

-- Names that a card left for another, and those of groups that are gone. Each takes a sequence of its campaign.
CREATE TABLE left_name (
  book      INTEGER NOT NULL,
  campaign  INTEGER NOT NULL REFERENCES campaign,
  sequence  INTEGER NOT NULL,
  is_group  INTEGER NOT NULL,
  holder    INTEGER NOT NULL,
  name      TEXT    NOT NULL,
  PRIMARY KEY (book, campaign, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX left_name_holder ON left_name (holder);

-- What clients have set of a book.
CREATE TABLE book_property (
  book      INTEGER NOT NULL,
  namespace TEXT    NOT NULL,
  name      TEXT    NOT NULL,
  lang      TEXT    NOT NULL,
  value     TEXT    NOT NULL,  -- XML
  PRIMARY KEY (book, namespace, name)
) STRICT, WITHOUT ROWID;

ALTER TABLE group_card ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;  -- a sequence of the campaign, as a contact's
ALTER TABLE group_card ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
ALTER TABLE group_card ADD COLUMN updated INTEGER NOT NULL DEFAULT 0;
UPDATE group_card SET created = unixepoch() * 1000, updated = unixepoch() * 1000;
CREATE INDEX group_card_revision ON group_card (campaign, revision);
