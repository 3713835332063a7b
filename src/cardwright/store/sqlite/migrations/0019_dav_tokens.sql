-- 1: the token opens CardDAV and nothing else: the password of a phone.
ALTER TABLE token ADD COLUMN dav INTEGER NOT NULL DEFAULT 0;
