-- Whether the token opens CardDAV and nothing else: the password of a phone.
ALTER TABLE token ADD COLUMN dav boolean NOT NULL DEFAULT false;
