-- The cards that leave with another UID in the book of all campaigns: a card that comes there may have that of none.
CREATE INDEX card_name_repeats ON card_name (account, book) WHERE repeats_uid;
