-- The order of lists by name: the full name as it is shown, folded (book/name_order.py). It lags behind the contacts: names
-- are put here when a list asks for them, many at a time, so nothing that writes a contact has to wait for it.
CREATE TABLE sort_name (
  account  bigint  NOT NULL,
  campaign integer NOT NULL,
  number   bigint  NOT NULL,                -- its contact may be gone already
  name     text COLLATE "C" NOT NULL,
  PRIMARY KEY (account, campaign, number)
);
CREATE INDEX sort_name_name ON sort_name (account, campaign, name, number);

ALTER TABLE campaign ADD COLUMN named bigint NOT NULL DEFAULT 0;  -- the sequence of the change up to which it is true

-- Contacts of one import have the same time, by the thousand: a page of them goes by their numbers.
CREATE INDEX contact_changed ON contact (account, campaign, updated, number);
DROP INDEX contact_updated;
