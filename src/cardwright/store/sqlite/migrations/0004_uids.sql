-- A contact is found by its UID in the full-text index too: an index of its own is written all over by UIDs that come in
-- no order, as those of an import do. `uid_term` is that of terms.py.
DROP INDEX contact_uid;

INSERT INTO search (rowid, terms) SELECT contact, uid_term(campaign, uid) FROM contact;
