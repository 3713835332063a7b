-- The UID of a contact is no term of the search index any more: who has one is asked of `contact_uid`. Rows of before keep
-- theirs, which nobody asks for, until their contact changes. A server of before looks for the term, and would take a
-- contact that is new for one that is not there: with this schema it writes no more.
-- What 0009 and 0014 say is for new stores; those that had them while they said something else get it here.
ALTER TABLE kept_upload DROP CONSTRAINT IF EXISTS kept_upload_account_session_fkey;
ALTER TABLE book_state ALTER COLUMN named SET DEFAULT -1;
CREATE INDEX IF NOT EXISTS contact_uid ON contact (account, campaign, lower(right(uid, 36)));
