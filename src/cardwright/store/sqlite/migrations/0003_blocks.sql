-- Where the contacts of a campaign lie: how many there are of each 2,048 numbers, and the campaign's sequence when one of
-- them last changed. The key is that of a contact >> 11. Written once per commit; see finding/block_counts.py and finding/counts.py.
CREATE TABLE block (
  block     INTEGER PRIMARY KEY,
  contacts  INTEGER NOT NULL,
  changed   INTEGER NOT NULL
) STRICT;

INSERT INTO block SELECT contact >> 11, count(*), max(revision) FROM contact GROUP BY 1;

-- The terms of the full-text index, in their order.
CREATE VIRTUAL TABLE term USING fts5vocab (search, instance);
