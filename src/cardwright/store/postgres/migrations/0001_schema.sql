-- Cardwright on PostgreSQL. Times are milliseconds since 1970, UTC. What the schema keeps to, so that the tables can be
-- distributed by account: every key begins with the account, no sequence, no trigger, no cascade, no extension.

-- Small, read everywhere, written rarely: a copy on every node of a distributed engine.
CREATE TABLE account (
  account  bigint PRIMARY KEY,              -- 63 random bits drawn by the program: any node can make one, none comes twice
  sid      text COLLATE "C" NOT NULL UNIQUE,
  name     text NOT NULL,
  key      bytea NOT NULL UNIQUE,           -- SHA-256 of the ApiKey: the only look-up that does not know its account
  created  bigint NOT NULL
);
-- One row, counted up by whoever ends a key, a token or an account: workers look at it to end what they remember.
CREATE TABLE credentials (one boolean PRIMARY KEY DEFAULT true CHECK (one), version bigint NOT NULL);
INSERT INTO credentials (version) VALUES (0);
-- One row: what names the history that revisions and numbers belong to; see generation.py.
CREATE TABLE generation (one boolean PRIMARY KEY DEFAULT true CHECK (one), id text COLLATE "C" NOT NULL);

-- Distributed by account, all co-located.
-- The row of an account here is its lock too: who makes contacts, or removes what they may point to, holds it.
CREATE TABLE counter (
  account       bigint PRIMARY KEY REFERENCES account,
  last_contact  bigint NOT NULL DEFAULT 0,
  last_user     bigint NOT NULL DEFAULT 0,
  last_campaign integer NOT NULL DEFAULT 0,
  last_partner  bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 20);
CREATE TABLE token (
  account   bigint NOT NULL REFERENCES account,
  id        text COLLATE "C" NOT NULL,
  digest    bytea NOT NULL,
  read_only boolean NOT NULL,
  created   bigint NOT NULL,
  PRIMARY KEY (account, id),
  UNIQUE (account, digest)
);
CREATE TABLE campaign (
  account  bigint NOT NULL REFERENCES account,
  campaign integer NOT NULL,                -- 1, 2, … within the account; none comes twice
  id       text COLLATE "C" NOT NULL,       -- begins with / when the campaign is being removed
  name     text NOT NULL,
  contacts bigint NOT NULL DEFAULT 0,       -- how many there are
  sequence bigint NOT NULL DEFAULT 0,       -- of the last change
  PRIMARY KEY (account, campaign),
  UNIQUE (account, id)
) WITH (fillfactor = 20);
CREATE TABLE partner (
  account bigint NOT NULL REFERENCES account,
  partner bigint NOT NULL,                  -- orders them
  id      text COLLATE "C" NOT NULL,
  name    text NOT NULL,
  PRIMARY KEY (account, id)
);
CREATE TABLE partner_user (
  account bigint NOT NULL,
  id      bigint NOT NULL,
  partner text COLLATE "C" NOT NULL,
  first   text NOT NULL,
  last    text NOT NULL,
  email   text NOT NULL,
  title   text NOT NULL,
  PRIMARY KEY (account, id)
);
CREATE INDEX partner_user_partner ON partner_user (account, partner);

CREATE TABLE contact (
  account       bigint  NOT NULL,
  campaign      integer NOT NULL,
  number        bigint  NOT NULL,
  partner_user  bigint,                     -- of a system-created contact
  own_title     boolean NOT NULL,           -- of a system-created contact, set by API
  first         text    NOT NULL,
  last          text    NOT NULL,
  email         text    NOT NULL,
  title         text    NOT NULL,
  phone         text    NOT NULL,
  phone_country text    NOT NULL,
  cell          text    NOT NULL,
  cell_country  text    NOT NULL,
  labels        text    NOT NULL,           -- one a line
  partners      text    NOT NULL,           -- their ids, with commas between
  more          text,                       -- the whole contact in JSON, where these columns do not say all of it
  image         text COLLATE "C",           -- its digest
  uid           text COLLATE "C" NOT NULL,
  revision      bigint  NOT NULL,           -- the sequence of its last change
  created       bigint  NOT NULL,
  updated       bigint  NOT NULL,
  PRIMARY KEY (account, campaign, number)
) WITH (fillfactor = 90, autovacuum_analyze_scale_factor = 0.02);
CREATE INDEX contact_updated ON contact (account, campaign, updated);
CREATE INDEX contact_user ON contact (account, partner_user) WHERE partner_user IS NOT NULL;
CREATE INDEX contact_image ON contact (account, image) WHERE image IS NOT NULL;
-- What contacts are found by (index_terms.py). Apart from contact: an update that changes no term writes no entry.
CREATE TABLE search (
  account  bigint NOT NULL,
  campaign integer NOT NULL,
  number   bigint NOT NULL,
  terms    tsvector NOT NULL,
  PRIMARY KEY (account, campaign, number)
) WITH (autovacuum_analyze_scale_factor = 0.02);
-- Few entries wait: a search pays for each of them, and one create in some hundred for taking them in.
CREATE INDEX search_terms ON search USING gin (terms) WITH (fastupdate = on, gin_pending_list_limit = 256);

-- Cards. A large one that changes is kept once, in `original`; `card`, and what a change was before, then hold a delta.
CREATE TABLE card (
  account  bigint NOT NULL,
  campaign integer NOT NULL,
  number   bigint NOT NULL,
  card     bytea NOT NULL,
  original bigint,                          -- NULL: `card` is the whole card, else its delta, empty for none
  PRIMARY KEY (account, campaign, number)
);
CREATE TABLE original (
  account  bigint NOT NULL,
  campaign integer NOT NULL,
  original bigint NOT NULL,                 -- 63 random bits
  number   bigint NOT NULL,                 -- of its contact, whom it outlives: undo needs it
  card     bytea NOT NULL,
  PRIMARY KEY (account, campaign, original)
);
CREATE INDEX original_contact ON original (account, campaign, number);
CREATE TABLE group_card (
  account  bigint NOT NULL,
  campaign integer NOT NULL,
  number   bigint NOT NULL,                 -- orders the groups of a campaign
  uid      text COLLATE "C" NOT NULL,       -- as UIDs are compared
  digest   bytea NOT NULL,                  -- SHA-256 of that: a UID may be longer than what an index takes
  card     bytea NOT NULL,
  PRIMARY KEY (account, campaign, number),
  UNIQUE (account, campaign, digest)
);
-- Images by the SHA-256 of their bytes: the accepted one, and the small one for cards.
CREATE TABLE image (
  account    bigint NOT NULL REFERENCES account,
  digest     text COLLATE "C" NOT NULL,
  media_type text NOT NULL,
  data       bytea NOT NULL,
  small      bytea NOT NULL,
  PRIMARY KEY (account, digest)
);
ALTER TABLE image ALTER data SET STORAGE EXTERNAL, ALTER small SET STORAGE EXTERNAL;

-- Everything that ever happened: the audit trail, the feed, the undo.
CREATE TABLE change (
  account  bigint NOT NULL,
  campaign integer NOT NULL,
  sequence bigint NOT NULL,
  number   bigint NOT NULL,
  kind     "char" NOT NULL CHECK (kind IN ('c', 'u', 'd', 'r', 'e')),
  at       bigint NOT NULL,
  by       text NOT NULL,
  before   text,                            -- what it was: the row, and the card, in JSON
  image    text COLLATE "C",                -- what it pointed to
  PRIMARY KEY (account, campaign, sequence)
);
CREATE INDEX change_before ON change (account, campaign, number) WHERE before IS NOT NULL;
CREATE INDEX change_image ON change (account, image) WHERE image IS NOT NULL;
-- Answers to requests with an idempotency key, for 24 hours by the clock of the database.
CREATE TABLE repeat (
  account bigint NOT NULL,
  key     text COLLATE "C" NOT NULL,
  digest  bytea NOT NULL,
  number  bigint NOT NULL,
  created bigint NOT NULL,
  PRIMARY KEY (account, key)
);
CREATE INDEX repeat_created ON repeat (account, created);
-- For each 2,048 numbers of a campaign: how many contacts there are, and the sequence of the last change of one of them.
CREATE TABLE block (
  account  bigint NOT NULL,
  campaign integer NOT NULL,
  block    bigint NOT NULL,                 -- number >> 11
  contacts integer NOT NULL,
  changed  bigint NOT NULL,
  PRIMARY KEY (account, campaign, block)
) WITH (fillfactor = 50);

-- Group commit: new contacts of any accounts and campaigns, in one call. Gives for each asked, by its place from 1, what
-- became of it: 'c' created with this number; 'g' its campaign is gone; 'p' it names unknown partner accounts; 'u' its
-- UID is that of the contact with this number; 'r' made before under its idempotency key, with this number; 'k' that key
-- was used with other contents. The caller asks for a key, and for a UID that is to be unique, once in a call.
CREATE FUNCTION keep(
  account_ bigint[], campaign_ integer[], id_ text[], now_ bigint, by_ text[], user_ bigint[],
  first_ text[], last_ text[], email_ text[], title_ text[], phone_ text[], phone_country_ text[], cell_ text[],
  cell_country_ text[], labels_ text[], partners_ text[], more_ text[], image_ text[], uid_ text[],
  terms_ text[], card_ bytea[], unique_ text[], key_ text[], digest_ bytea[], expired_ bigint,
  OUT place integer, OUT outcome "char", OUT made bigint
) RETURNS SETOF record LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE now_here bigint;
BEGIN
  -- Locks in the order of the keys: two processes with the same accounts wait for each other, and never in a ring.
  PERFORM 1 FROM counter WHERE account = ANY(account_) ORDER BY account FOR UPDATE;
  PERFORM 1 FROM campaign WHERE (account, campaign) IN (SELECT * FROM unnest(account_, campaign_))
    ORDER BY account, campaign FOR UPDATE;
  IF array_remove(key_, NULL) <> '{}' THEN
    now_here := (extract(epoch FROM clock_timestamp()) * 1000)::bigint;
    DELETE FROM repeat WHERE account = ANY(account_) AND created <= now_here - expired_;
  END IF;
  RETURN QUERY
  WITH asked AS (
    SELECT * FROM unnest(account_, campaign_, id_, by_, user_, first_, last_, email_, title_, phone_, phone_country_,
      cell_, cell_country_, labels_, partners_, more_, image_, uid_, terms_, card_, unique_, key_, digest_) WITH ORDINALITY
      AS u(a, c, id, by, partner_user, first, last, email, title, phone, phone_country, cell, cell_country, labels,
        partners, more, image, uid, terms, card, unik, key, digest, i)
  ), judged AS MATERIALIZED (
    SELECT asked.*, earlier.number AS earlier, holder.number AS holder,
      CASE
        WHEN campaign.id IS DISTINCT FROM asked.id THEN 'g'
        WHEN earlier.number IS NOT NULL THEN CASE WHEN earlier.digest = asked.digest THEN 'r' ELSE 'k' END
        WHEN partners <> '' AND EXISTS (
          SELECT FROM unnest(string_to_array(partners, ',')) AS p(id)
          WHERE NOT EXISTS (SELECT FROM partner WHERE partner.account = a AND partner.id = p.id)
        ) THEN 'p'
        WHEN holder.number IS NOT NULL THEN 'u'
        ELSE 'c'
      END AS verdict
    FROM asked
    LEFT JOIN campaign ON campaign.account = a AND campaign.campaign = c
    LEFT JOIN LATERAL (
      SELECT number, digest FROM repeat
      WHERE asked.key IS NOT NULL AND repeat.account = a AND repeat.key = asked.key AND created > now_here - expired_
    ) AS earlier ON true
    LEFT JOIN LATERAL (
      SELECT number FROM search
      WHERE unik IS NOT NULL AND search.account = a AND search.campaign = c AND search.terms @@ unik::tsquery
      ORDER BY number LIMIT 1
    ) AS holder ON true
  ), coming AS (
    SELECT judged.*, row_number() OVER (PARTITION BY a ORDER BY i) AS na, row_number() OVER (PARTITION BY a, c ORDER BY i) AS nc
    FROM judged WHERE verdict = 'c'
  ), numbers AS (
    UPDATE counter SET last_contact = last_contact + n FROM (SELECT a, count(*) AS n FROM coming GROUP BY a) AS g
    WHERE account = a RETURNING a, last_contact - n AS before
  ), sequences AS (
    UPDATE campaign SET sequence = sequence + n, contacts = contacts + n
    FROM (SELECT a, c, count(*) AS n FROM coming GROUP BY a, c) AS g
    WHERE account = a AND campaign = c RETURNING a, c, sequence - n AS before, sequence
  ), new AS MATERIALIZED (
    SELECT coming.*, numbers.before + na AS number, sequences.before + nc AS revision, sequence
    FROM coming JOIN numbers USING (a) JOIN sequences USING (a, c)
  ), contacts AS (
    INSERT INTO contact (account, campaign, number, partner_user, own_title, first, last, email, title, phone,
      phone_country, cell, cell_country, labels, partners, more, image, uid, revision, created, updated)
    SELECT a, c, number, partner_user, false, first, last, email, title, phone, phone_country, cell, cell_country, labels,
      partners, more, image, uid, revision, now_, now_ FROM new
  ), index AS (
    INSERT INTO search (account, campaign, number, terms)
    SELECT a, c, number, array_to_tsvector(string_to_array(terms, ' ')) FROM new
  ), cards AS (
    INSERT INTO card (account, campaign, number, card) SELECT a, c, number, card FROM new WHERE card IS NOT NULL
  ), changes AS (
    INSERT INTO change (account, campaign, sequence, number, kind, at, by) SELECT a, c, revision, number, 'c', now_, by FROM new
  ), blocks AS (
    INSERT INTO block (account, campaign, block, contacts, changed)
    SELECT a, c, number >> 11, count(*), max(sequence) FROM new GROUP BY 1, 2, 3
    ON CONFLICT (account, campaign, block)
    DO UPDATE SET contacts = block.contacts + excluded.contacts, changed = excluded.changed
  ), keys AS (
    INSERT INTO repeat (account, key, digest, number, created)
    SELECT a, key, digest, number, now_here FROM new WHERE key IS NOT NULL
    ON CONFLICT (account, key) DO UPDATE SET digest = excluded.digest, number = excluded.number, created = excluded.created
  )
  SELECT judged.i::integer, judged.verdict::"char", coalesce(new.number, judged.earlier, judged.holder) FROM judged LEFT JOIN new USING (i);
END $$;

-- An update of a contact that the caller has locked; gives its new revision. Terms are NULL where they stay.
CREATE FUNCTION put_contact(
  account_ bigint, campaign_ integer, number_ bigint, now_ bigint, by_ text, before_ text, before_image text, own_title_ boolean,
  first_ text, last_ text, email_ text, title_ text, phone_ text, phone_country_ text, cell_ text, cell_country_ text,
  labels_ text, partners_ text, more_ text, image_ text, uid_ text, terms_ text
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE now_at bigint;
BEGIN
  UPDATE campaign SET sequence = sequence + 1 WHERE account = account_ AND campaign = campaign_ RETURNING sequence INTO now_at;
  UPDATE contact SET own_title = own_title_, first = first_, last = last_, email = email_, title = title_, phone = phone_,
    phone_country = phone_country_, cell = cell_, cell_country = cell_country_, labels = labels_, partners = partners_,
    more = more_, image = image_, uid = uid_, revision = now_at, updated = now_
    WHERE account = account_ AND campaign = campaign_ AND number = number_;
  IF terms_ IS NOT NULL THEN
    UPDATE search SET terms = array_to_tsvector(string_to_array(terms_, ' '))
      WHERE account = account_ AND campaign = campaign_ AND number = number_;
  END IF;
  INSERT INTO change (account, campaign, sequence, number, kind, at, by, before, image)
    VALUES (account_, campaign_, now_at, number_, 'u', now_, by_, before_, before_image);
  INSERT INTO block (account, campaign, block, contacts, changed) VALUES (account_, campaign_, number_ >> 11, 0, now_at)
    ON CONFLICT (account, campaign, block) DO UPDATE SET changed = excluded.changed;
  RETURN now_at;
END $$;

-- Group commit: updates of any contacts, each if the contact is at the revision that the update was made of. Gives the
-- places, from 1, of those that were kept, with their new revisions. Terms are NULL where they stay, as a card is; an empty card is none. The caller
-- asks for a contact once in a call.
CREATE FUNCTION put_contacts(
  account_ bigint[], campaign_ integer[], number_ bigint[], expected_ bigint[], at_ bigint[], by_ text[], before_ text[],
  before_image_ text[], own_title_ boolean[], first_ text[], last_ text[], email_ text[], title_ text[], phone_ text[],
  phone_country_ text[], cell_ text[], cell_country_ text[], labels_ text[], partners_ text[], more_ text[], image_ text[],
  uid_ text[], terms_ text[], card_ bytea[], OUT place integer, OUT made bigint
) RETURNS SETOF record LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM 1 FROM contact WHERE (account, campaign, number) IN (SELECT * FROM unnest(account_, campaign_, number_))
    ORDER BY account, campaign, number FOR UPDATE;
  PERFORM 1 FROM campaign WHERE (account, campaign) IN (SELECT * FROM unnest(account_, campaign_))
    ORDER BY account, campaign FOR UPDATE;
  RETURN QUERY
  WITH asked AS (
    SELECT * FROM unnest(account_, campaign_, number_, expected_, at_, by_, before_, before_image_, own_title_, first_, last_,
      email_, title_, phone_, phone_country_, cell_, cell_country_, labels_, partners_, more_, image_, uid_, terms_, card_)
      WITH ORDINALITY AS u(a, c, n, expected, at, by, before, before_image, own_title, first, last, email, title, phone,
        phone_country, cell, cell_country, labels, partners, more, image, uid, terms, card, i)
  ), standing AS MATERIALIZED (
    SELECT asked.*, row_number() OVER (PARTITION BY a, c ORDER BY i) AS nth FROM asked
    JOIN contact ON contact.account = a AND contact.campaign = c AND contact.number = n AND contact.revision = expected
  ), sequences AS (
    UPDATE campaign SET sequence = sequence + size FROM (SELECT a, c, count(*) AS size FROM standing GROUP BY a, c) AS g
    WHERE account = a AND campaign = c RETURNING a, c, sequence - size AS earlier, sequence
  ), new AS MATERIALIZED (
    SELECT standing.*, earlier + nth AS revision, sequence FROM standing JOIN sequences USING (a, c)
  ), contacts AS (
    UPDATE contact SET own_title = new.own_title, first = new.first, last = new.last, email = new.email, title = new.title,
      phone = new.phone, phone_country = new.phone_country, cell = new.cell, cell_country = new.cell_country,
      labels = new.labels, partners = new.partners, more = new.more, image = new.image, uid = new.uid,
      revision = new.revision, updated = new.at
    FROM new WHERE contact.account = a AND contact.campaign = c AND contact.number = n
  ), index AS (
    UPDATE search SET terms = array_to_tsvector(string_to_array(new.terms, ' '))
    FROM new WHERE new.terms IS NOT NULL AND search.account = a AND search.campaign = c AND search.number = n
  ), cards AS (
    INSERT INTO card (account, campaign, number, card) SELECT a, c, n, card FROM new WHERE card <> ''
    ON CONFLICT (account, campaign, number) DO UPDATE SET card = excluded.card, original = NULL
  ), gone AS (
    DELETE FROM card USING new WHERE new.card = '' AND card.account = a AND card.campaign = c AND card.number = n
  ), changes AS (
    INSERT INTO change (account, campaign, sequence, number, kind, at, by, before, image)
    SELECT a, c, revision, n, 'u', at, by, before, before_image FROM new
  ), blocks AS (
    INSERT INTO block (account, campaign, block, contacts, changed) SELECT a, c, n >> 11, 0, max(sequence) FROM new GROUP BY 1, 2, 3
    ON CONFLICT (account, campaign, block) DO UPDATE SET changed = excluded.changed
  )
  SELECT i::integer, revision FROM new;
END $$;

-- The end of a contact that the caller has locked: 'd' deleted, 'e' erased; gives the sequence of that.
CREATE FUNCTION take_contact(
  account_ bigint, campaign_ integer, number_ bigint, kind_ "char", now_ bigint, by_ text, before_ text, before_image text
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE now_at bigint;
BEGIN
  UPDATE campaign SET sequence = sequence + 1, contacts = contacts - 1
    WHERE account = account_ AND campaign = campaign_ RETURNING sequence INTO now_at;
  DELETE FROM card WHERE account = account_ AND campaign = campaign_ AND number = number_;
  DELETE FROM search WHERE account = account_ AND campaign = campaign_ AND number = number_;
  DELETE FROM contact WHERE account = account_ AND campaign = campaign_ AND number = number_;
  INSERT INTO change (account, campaign, sequence, number, kind, at, by, before, image)
    VALUES (account_, campaign_, now_at, number_, kind_, now_, by_, before_, before_image);
  INSERT INTO block (account, campaign, block, contacts, changed) VALUES (account_, campaign_, number_ >> 11, 0, now_at)
    ON CONFLICT (account, campaign, block) DO UPDATE SET contacts = block.contacts - 1, changed = excluded.changed;
  RETURN now_at;
END $$;

-- A deleted contact that comes back; gives its new revision. A unique violation says that it is there.
CREATE FUNCTION bring_contact(
  account_ bigint, campaign_ integer, number_ bigint, now_ bigint, by_ text, user_ bigint, created_ bigint, own_title_ boolean,
  first_ text, last_ text, email_ text, title_ text, phone_ text, phone_country_ text, cell_ text, cell_country_ text,
  labels_ text, partners_ text, more_ text, image_ text, uid_ text, terms_ text
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE now_at bigint;
BEGIN
  UPDATE campaign SET sequence = sequence + 1, contacts = contacts + 1
    WHERE account = account_ AND campaign = campaign_ RETURNING sequence INTO now_at;
  INSERT INTO contact (account, campaign, number, partner_user, own_title, first, last, email, title, phone,
      phone_country, cell, cell_country, labels, partners, more, image, uid, revision, created, updated)
    VALUES (account_, campaign_, number_, user_, own_title_, first_, last_, email_, title_, phone_, phone_country_, cell_,
      cell_country_, labels_, partners_, more_, image_, uid_, now_at, created_, now_);
  INSERT INTO search (account, campaign, number, terms)
    VALUES (account_, campaign_, number_, array_to_tsvector(string_to_array(terms_, ' ')));
  INSERT INTO change (account, campaign, sequence, number, kind, at, by)
    VALUES (account_, campaign_, now_at, number_, 'r', now_, by_);
  INSERT INTO block (account, campaign, block, contacts, changed) VALUES (account_, campaign_, number_ >> 11, 1, now_at)
    ON CONFLICT (account, campaign, block)
    DO UPDATE SET contacts = block.contacts + 1, changed = excluded.changed;
  RETURN now_at;
END $$;
