-- Group commit: new contacts of any accounts and campaigns, in one call. Gives for each asked, by its place from 1, what
-- became of it: 'c' created with this number; 'g' its campaign is gone; 'p' it names unknown partner accounts; 'r' made
-- before under its idempotency key, with this number; 'k' that key was used with other contents. The caller asks for a
-- key once in a call.
DROP FUNCTION keep;
CREATE FUNCTION keep(
  account_ bigint[], campaign_ integer[], id_ text[], now_ bigint, by_ text[], user_ bigint[],
  first_ text[], last_ text[], email_ text[], title_ text[], phone_ text[], phone_country_ text[], cell_ text[],
  cell_country_ text[], labels_ text[], partners_ text[], more_ text[], image_ text[], uid_ text[],
  terms_ text[], card_ bytea[], key_ text[], digest_ bytea[], expired_ bigint,
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
  -- The numbers follow from rows that are locked, as they are read here. What UPDATE … RETURNING gives would have to be
  -- joined to the contacts, and the planner, who takes both for a few rows, compares each with each.
  WITH judged AS MATERIALIZED (
    SELECT asked.*, campaign.sequence, counter.last_contact, earlier.number AS earlier,
      CASE
        WHEN campaign.id IS DISTINCT FROM asked.id THEN 'g'
        WHEN earlier.number IS NOT NULL THEN CASE WHEN earlier.digest = asked.digest THEN 'r' ELSE 'k' END
        WHEN partners <> '' AND EXISTS (
          SELECT FROM unnest(string_to_array(partners, ',')) AS p(id)
          WHERE NOT EXISTS (SELECT FROM partner WHERE partner.account = a AND partner.id = p.id)
        ) THEN 'p'
        ELSE 'c'
      END AS verdict
    FROM unnest(account_, campaign_, id_, by_, user_, first_, last_, email_, title_, phone_, phone_country_,
      cell_, cell_country_, labels_, partners_, more_, image_, uid_, terms_, card_, key_, digest_) WITH ORDINALITY
      AS asked(a, c, id, by, partner_user, first, last, email, title, phone, phone_country, cell, cell_country, labels,
        partners, more, image, uid, terms, card, key, digest, i)
    LEFT JOIN campaign ON campaign.account = a AND campaign.campaign = c
    LEFT JOIN counter ON counter.account = a
    LEFT JOIN LATERAL (  -- LIMIT: each is looked up by its key, also while the planner takes the table for a small one
      SELECT number, digest FROM repeat
      WHERE asked.key IS NOT NULL AND repeat.account = a AND repeat.key = asked.key AND created > now_here - expired_
      LIMIT 1
    ) AS earlier ON true
  ), new AS MATERIALIZED (
    SELECT judged.*, last_contact + row_number() OVER (PARTITION BY a ORDER BY i) AS number,
      sequence + row_number() OVER (PARTITION BY a, c ORDER BY i) AS revision
    FROM judged WHERE verdict = 'c'
  ), numbers AS (
    UPDATE counter SET last_contact = last FROM (SELECT a, max(number) AS last FROM new GROUP BY a) AS g WHERE account = a
  ), sequences AS (
    UPDATE campaign SET sequence = last, contacts = contacts + n
    FROM (SELECT a, c, count(*) AS n, max(revision) AS last FROM new GROUP BY a, c) AS g
    WHERE account = a AND campaign = c
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
    SELECT a, c, number >> 11, count(*), max(revision) FROM new GROUP BY 1, 2, 3
    ON CONFLICT (account, campaign, block)
    DO UPDATE SET contacts = block.contacts + excluded.contacts, changed = excluded.changed
  ), keys AS (
    INSERT INTO repeat (account, key, digest, number, created)
    SELECT a, key, digest, number, now_here FROM new WHERE key IS NOT NULL
    ON CONFLICT (account, key) DO UPDATE SET digest = excluded.digest, number = excluded.number, created = excluded.created
  )
  SELECT judged.i::integer, judged.verdict::"char", coalesce(new.number, judged.earlier) FROM judged LEFT JOIN new USING (i);
END $$;

-- The same for one account, on a distributed engine: see 0007.
DROP FUNCTION keep_in;
CREATE FUNCTION keep_in(
  account_ bigint, campaign_ integer[], id_ text[], now_ bigint, by_ text[], user_ bigint[],
  first_ text[], last_ text[], email_ text[], title_ text[], phone_ text[], phone_country_ text[], cell_ text[],
  cell_country_ text[], labels_ text[], partners_ text[], more_ text[], image_ text[], uid_ text[],
  terms_ text[], card_ bytea[], key_ text[], digest_ bytea[], expired_ bigint,
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
        ELSE 'c'
      END ORDER BY i
    ), array_agg(earlier ORDER BY i) INTO verdicts, others
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
      ) AS is_unknown
    FROM unnest(campaign_, id_, partners_, key_, digest_) WITH ORDINALITY
      AS asked(c, id, partners, key, digest, i)
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
