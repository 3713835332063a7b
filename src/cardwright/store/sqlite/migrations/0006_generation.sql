-- One row: the generation, which ends when an older state comes back, and how many rows were written so far; see
-- generation.py. Of one generation, no two states have written as many.
CREATE TABLE generation (
  id        TEXT    NOT NULL,
  reached   INTEGER NOT NULL
) STRICT;
INSERT INTO generation VALUES ('', 0);

-- One row: the start of the machine that was seen last, and what its clock is ahead of the seconds since then; see
-- idempotency.py.
CREATE TABLE clock (
  boot      TEXT    NOT NULL,
  ahead     INTEGER NOT NULL
) STRICT;
INSERT INTO clock VALUES ('', 0);
