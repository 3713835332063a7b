-- Group commit on a distributed engine: `keep` and `put_contacts` for one account. The engine hands such a call to the
-- node that has the account. There every statement is planned anew, so each names the account and writes one table.

CREATE OR REPLACE FUNCTION keep_in(
  account_ bigint, campaign_ integer[], id_ text[], now_ bigint, by_ text[], user_ bigint[],
  first_ text[], last_ text[], email_ text[], title_ text[], phone_ text[], phone_country_ text[], cell_ text[],
  cell_country_ text[], labels_ text[], partners_ text[], more_ text[], image_ text[], uid_ text[],
  terms_ text[], card_ bytea[], unique_ text[], key_ text[], digest_ bytea[], expired_ bigint,
  OUT place integer, OUT outcome "char", OUT made bigint
) RETURNS SETOF record LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  now_here bigint;
  verdicts text[];       -- as `keep` gives them
  others bigint[];       -- numbers of contacts that were there before
  numbers bigint[];      -- of the new ones, NULL for what is refused
  revisions bigint[];
  before_these bigint;
  before_one bigint;
  campaigns integer[];   -- those that get something, and their sequences before
  sequences bigint[];
  one integer;
  size bigint;
BEGIN
  PERFORM 1 FROM counter WHERE account = account_ FOR UPDATE;
  PERFORM 1 FROM campaign WHERE account = account_ AND campaign = ANY(campaign_) ORDER BY campaign FOR UPDATE;
  IF array_remove(key_, NULL) <> '{}' THEN
    now_here := (extract(epoch FROM clock_timestamp()) * 1000)::bigint;
    DELETE FROM repeat WHERE account = account_ AND created <= now_here - expired_;
  END IF;
  SELECT array_agg(
      CASE
        WHEN there IS DISTINCT FROM id THEN 'g'
        WHEN earlier IS NOT NULL THEN CASE WHEN earlier_digest = digest THEN 'r' ELSE 'k' END
        WHEN is_unknown THEN 'p'
        WHEN holder IS NOT NULL THEN 'u'
        ELSE 'c'
      END ORDER BY i
    ), array_agg(coalesce(earlier, holder) ORDER BY i) INTO verdicts, others
  FROM (
    SELECT i, id, digest,
      (SELECT campaign.id FROM campaign WHERE campaign.account = account_ AND campaign.campaign = c) AS there,
      (SELECT repeat.number FROM repeat WHERE repeat.account = account_ AND repeat.key = asked.key
        AND repeat.created > now_here - expired_) AS earlier,
      (SELECT repeat.digest FROM repeat WHERE repeat.account = account_ AND repeat.key = asked.key
        AND repeat.created > now_here - expired_) AS earlier_digest,
      partners <> '' AND EXISTS (
        SELECT FROM unnest(string_to_array(partners, ',')) AS p(id)
        WHERE NOT EXISTS (SELECT FROM partner WHERE partner.account = account_ AND partner.id = p.id)
      ) AS is_unknown,
      (SELECT search.number FROM search WHERE unik IS NOT NULL AND search.account = account_ AND search.campaign = c
        AND search.terms @@ unik::tsquery ORDER BY search.number LIMIT 1) AS holder
    FROM unnest(campaign_, id_, partners_, unique_, key_, digest_) WITH ORDINALITY
      AS asked(c, id, partners, unik, key, digest, i)
  ) AS judged;

  size := cardinality(array_positions(verdicts, 'c'));
  IF size > 0 THEN
    UPDATE counter SET last_contact = last_contact + size WHERE account = account_
      RETURNING last_contact - size INTO before_these;
    FOR one, size IN
      SELECT c, count(*) FROM unnest(campaign_, verdicts) AS u(c, verdict) WHERE verdict = 'c' GROUP BY c
    LOOP
      UPDATE campaign SET sequence = sequence + size, contacts = contacts + size
        WHERE account = account_ AND campaign = one RETURNING sequence - size INTO before_one;
      campaigns := campaigns || one;
      sequences := sequences || before_one;
    END LOOP;
    SELECT array_agg(CASE WHEN verdict = 'c' THEN before_these + na END ORDER BY i), array_agg(earlier + nc ORDER BY i)
      INTO numbers, revisions
    FROM (
      SELECT i, c, verdict, count(*) FILTER (WHERE verdict = 'c') OVER (ORDER BY i) AS na,
        count(*) FILTER (WHERE verdict = 'c') OVER (PARTITION BY c ORDER BY i) AS nc
      FROM unnest(campaign_, verdicts) WITH ORDINALITY AS u(c, verdict, i)
    ) AS counted LEFT JOIN unnest(campaigns, sequences) AS s(of_campaign, earlier) ON of_campaign = c;
    INSERT INTO contact (account, campaign, number, partner_user, own_title, first, last, email, title, phone,
        phone_country, cell, cell_country, labels, partners, more, image, uid, revision, created, updated)
      SELECT account_, c, n, partner_user, false, first, last, email, title, phone, phone_country, cell, cell_country,
        labels, partners, more, image, uid, revision, now_, now_
      FROM unnest(campaign_, numbers, user_, first_, last_, email_, title_, phone_, phone_country_, cell_, cell_country_,
          labels_, partners_, more_, image_, uid_, revisions)
        AS u(c, n, partner_user, first, last, email, title, phone, phone_country, cell, cell_country, labels, partners,
          more, image, uid, revision) WHERE n IS NOT NULL;
    INSERT INTO search (account, campaign, number, terms)
      SELECT account_, c, n, array_to_tsvector(string_to_array(terms, ' '))
      FROM unnest(campaign_, numbers, terms_) AS u(c, n, terms) WHERE n IS NOT NULL;
    INSERT INTO card (account, campaign, number, card)
      SELECT account_, c, n, card FROM unnest(campaign_, numbers, card_) AS u(c, n, card)
      WHERE n IS NOT NULL AND card IS NOT NULL;
    INSERT INTO change (account, campaign, sequence, number, kind, at, by)
      SELECT account_, c, revision, n, 'c', now_, by FROM unnest(campaign_, numbers, revisions, by_) AS u(c, n, revision, by)
      WHERE n IS NOT NULL;
    INSERT INTO block (account, campaign, block, contacts, changed)
      SELECT account_, c, n >> 11, count(*), max(revision) FROM unnest(campaign_, numbers, revisions) AS u(c, n, revision)
      WHERE n IS NOT NULL GROUP BY 2, 3
      ON CONFLICT (account, campaign, block)
      DO UPDATE SET contacts = block.contacts + excluded.contacts, changed = excluded.changed;
    INSERT INTO repeat (account, key, digest, number, created)
      SELECT account_, key, digest, n, now_here FROM unnest(key_, digest_, numbers) AS u(key, digest, n)
      WHERE n IS NOT NULL AND key IS NOT NULL
      ON CONFLICT (account, key) DO UPDATE SET digest = excluded.digest, number = excluded.number, created = excluded.created;
  END IF;
  RETURN QUERY SELECT i::integer, verdict::"char", coalesce(n, other)
    FROM unnest(verdicts, numbers, others) WITH ORDINALITY AS u(verdict, n, other, i);
END $$;

CREATE OR REPLACE FUNCTION put_contacts_in(
  account_ bigint, campaign_ integer[], number_ bigint[], expected_ bigint[], at_ bigint[], by_ text[], before_ text[],
  before_image_ text[], own_title_ boolean[], first_ text[], last_ text[], email_ text[], title_ text[], phone_ text[],
  phone_country_ text[], cell_ text[], cell_country_ text[], labels_ text[], partners_ text[], more_ text[], image_ text[],
  uid_ text[], terms_ text[], card_ bytea[], OUT place integer, OUT made bigint
) RETURNS SETOF record LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE one record;
BEGIN
  FOR one IN SELECT * FROM unnest(campaign_, number_) AS u(c, n) ORDER BY c, n LOOP
    PERFORM 1 FROM contact WHERE account = account_ AND campaign = one.c AND number = one.n FOR UPDATE;
  END LOOP;
  FOR one IN
    SELECT * FROM unnest(campaign_, number_, expected_, at_, by_, before_, before_image_, own_title_, first_, last_,
      email_, title_, phone_, phone_country_, cell_, cell_country_, labels_, partners_, more_, image_, uid_, terms_, card_)
      WITH ORDINALITY AS u(c, n, expected, at, who, before, before_image, own_title, first, last, email, title, phone,
        phone_country, cell, cell_country, labels, partners, more, image, uid, terms, card, i) ORDER BY c, i
  LOOP
    PERFORM 1 FROM contact
      WHERE account = account_ AND campaign = one.c AND number = one.n AND revision = one.expected;
    CONTINUE WHEN NOT FOUND;
    made := put_contact(account_, one.c, one.n, one.at, one.who, one.before, one.before_image, one.own_title, one.first,
      one.last, one.email, one.title, one.phone, one.phone_country, one.cell, one.cell_country, one.labels, one.partners,
      one.more, one.image, one.uid, one.terms);
    IF one.card = '' THEN
      DELETE FROM card WHERE account = account_ AND campaign = one.c AND number = one.n;
    ELSIF one.card IS NOT NULL THEN
      INSERT INTO card (account, campaign, number, card) VALUES (account_, one.c, one.n, one.card)
        ON CONFLICT (account, campaign, number) DO UPDATE SET card = excluded.card, original = NULL;
    END IF;
    place := one.i;
    RETURN NEXT;
  END LOOP;
END $$;
