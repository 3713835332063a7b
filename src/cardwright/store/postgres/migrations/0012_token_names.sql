-- What a token is called, and the day on which it was last used: days since 1970, UTC.
ALTER TABLE token ADD COLUMN name text NOT NULL DEFAULT '';
ALTER TABLE token ADD COLUMN used integer;
