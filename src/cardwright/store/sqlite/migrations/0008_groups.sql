-- Cards of groups (KIND:group): no contacts, so that no list, count or search meets them. The key is the campaign's
-- number * 2^40 + one of their own.
CREATE TABLE group_card (
  group_card INTEGER PRIMARY KEY,
  campaign   INTEGER NOT NULL REFERENCES campaign,
  uid        TEXT    NOT NULL,  -- as UIDs are compared
  card       BLOB    NOT NULL,
  UNIQUE (campaign, uid)
) STRICT;
