-- What a token is called, and the day on which it was last used: days since 1970, UTC.
ALTER TABLE token ADD COLUMN IF NOT EXISTS name text NOT NULL DEFAULT '';
ALTER TABLE token ADD COLUMN IF NOT EXISTS used integer;
-- 0011, of stores that had these columns as that: for minutes this file bore that number.
ALTER TABLE generation ADD COLUMN IF NOT EXISTS server text COLLATE "C" NOT NULL DEFAULT '';
