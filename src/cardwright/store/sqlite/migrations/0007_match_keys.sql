-- The index holds every e-mail address and number, organization, note and the whole name, and match keys, by which an
-- import finds who is there. So it is written anew, by the terms of today.
INSERT INTO search (search) VALUES ('delete-all');
INSERT INTO search (rowid, terms)
SELECT contact, terms(contact, campaign, user, own_title, first, last, email, title, phone, phone_country, cell,
  cell_country, labels, partners, more, image, uid, revision, created, updated)
FROM contact;
