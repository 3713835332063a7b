-- Group commit of new contacts that nothing speaks against, which is nearly always so: all of them or none, and the number
-- of each in the order asked; NULL where something speaks against one, which `keep` then says. It costs a fifth less:
-- the caller has counted what is of one account and of one campaign, so the rows that count are locked by what changes
-- them, and nothing is joined to the contacts.
CREATE FUNCTION keep_all(
  accounts_ bigint[], sizes_ bigint[],                                -- each account, in their order: how many are new
  of_account_ bigint[], campaigns_ integer[], ids_ text[], parts_ bigint[],  -- the same of each campaign
  asks_ bigint[], partner_ text[],                                    -- partner accounts that are to be there
  account_ bigint[], campaign_ integer[],                             -- of each contact, as all that follows
  in_account_ integer[], nth_ bigint[], in_campaign_ integer[], nth_there_ bigint[],  -- place above, and which one there
  now_ bigint, by_ text[], user_ bigint[],
  first_ text[], last_ text[], email_ text[], title_ text[], phone_ text[], phone_country_ text[], cell_ text[],
  cell_country_ text[], labels_ text[], partners_ text[], more_ text[], image_ text[], uid_ text[],
  terms_ text[], card_ bytea[], key_ text[], digest_ bytea[], expired_ bigint
) RETURNS bigint[] LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  now_here bigint;
  last_numbers bigint[];  -- of each account, before
  sequences bigint[];     -- of each campaign, before
  numbers bigint[];
  revisions bigint[];
  is_refused boolean;
BEGIN
  WITH given AS (
    UPDATE counter SET last_contact = last_contact + n
    FROM unnest(accounts_, sizes_) WITH ORDINALITY AS asked(a, n, i) WHERE account = a
    RETURNING i, last_contact - n AS before
  ) SELECT array_agg(before ORDER BY i) INTO last_numbers FROM given;
  WITH given AS (
    UPDATE campaign SET sequence = sequence + n, contacts = contacts + n
    FROM unnest(of_account_, campaigns_, ids_, parts_) WITH ORDINALITY AS asked(a, c, told, n, i)
    WHERE account = a AND campaign = c AND id = told
    RETURNING i, sequence - n AS before
  ) SELECT array_agg(before ORDER BY i) INTO sequences FROM given;

  is_refused := cardinality(last_numbers) IS DISTINCT FROM cardinality(accounts_)
    OR cardinality(sequences) IS DISTINCT FROM cardinality(campaigns_)
    OR EXISTS (
      SELECT FROM unnest(asks_, partner_) AS asked(a, p)
      WHERE NOT EXISTS (SELECT FROM partner WHERE account = a AND id = p)
    );
  IF cardinality(key_) > 0 THEN
    now_here := (extract(epoch FROM clock_timestamp()) * 1000)::bigint;
    is_refused := is_refused OR EXISTS (
      SELECT FROM unnest(account_, key_) AS asked(a, k) JOIN repeat ON account = a AND key = k
      WHERE created > now_here - expired_
    );
  END IF;
  IF is_refused THEN
    UPDATE counter SET last_contact = last_contact - n FROM unnest(accounts_, sizes_) AS asked(a, n) WHERE account = a;
    UPDATE campaign SET sequence = sequence - n, contacts = contacts - n
      FROM unnest(of_account_, campaigns_, ids_, parts_) AS asked(a, c, told, n)
      WHERE account = a AND campaign = c AND id = told;
    RETURN NULL;
  END IF;

  SELECT array_agg(last_numbers[of] + nth), array_agg(sequences[there] + nth_there) INTO numbers, revisions
    FROM unnest(in_account_, nth_, in_campaign_, nth_there_) AS asked(of, nth, there, nth_there);
  INSERT INTO contact (account, campaign, number, partner_user, own_title, first, last, email, title, phone,
      phone_country, cell, cell_country, labels, partners, more, image, uid, revision, created, updated)
    SELECT a, c, n, partner_user, false, first, last, email, title, phone, phone_country, cell, cell_country, labels,
      partners, more, image, uid, revision, now_, now_
    FROM unnest(account_, campaign_, numbers, user_, first_, last_, email_, title_, phone_, phone_country_, cell_,
        cell_country_, labels_, partners_, more_, image_, uid_, revisions)
      AS new(a, c, n, partner_user, first, last, email, title, phone, phone_country, cell, cell_country, labels, partners,
        more, image, uid, revision);
  INSERT INTO search (account, campaign, number, terms)
    SELECT a, c, n, array_to_tsvector(string_to_array(terms, ' '))
    FROM unnest(account_, campaign_, numbers, terms_) AS new(a, c, n, terms);
  IF cardinality(card_) > 0 THEN
    INSERT INTO card (account, campaign, number, card)
      SELECT a, c, n, card FROM unnest(account_, campaign_, numbers, card_) AS new(a, c, n, card) WHERE card IS NOT NULL;
  END IF;
  INSERT INTO change (account, campaign, sequence, number, kind, at, by)
    SELECT a, c, revision, n, 'c', now_, by
    FROM unnest(account_, campaign_, numbers, revisions, by_) AS new(a, c, n, revision, by);
  INSERT INTO block (account, campaign, block, contacts, changed)
    SELECT a, c, n >> 11, count(*), max(revision)
    FROM unnest(account_, campaign_, numbers, revisions) AS new(a, c, n, revision) GROUP BY 1, 2, 3
    ON CONFLICT (account, campaign, block)
    DO UPDATE SET contacts = block.contacts + excluded.contacts, changed = excluded.changed;
  IF cardinality(key_) > 0 THEN
    DELETE FROM repeat WHERE account = ANY(accounts_) AND created <= now_here - expired_;
    INSERT INTO repeat (account, key, digest, number, created)
      SELECT a, key, digest, n, now_here FROM unnest(account_, key_, digest_, numbers) AS new(a, key, digest, n)
      WHERE key IS NOT NULL
      ON CONFLICT (account, key) DO UPDATE SET digest = excluded.digest, number = excluded.number, created = excluded.created;
  END IF;
  RETURN numbers;
END $$;
-- One plan for calls of any size; and rows are looked up by their keys in the order asked, also while tables are small:
-- so two processes with the same accounts lock them in the same order.
ALTER FUNCTION keep_all SET plan_cache_mode TO force_generic_plan;
ALTER FUNCTION keep_all SET enable_seqscan TO off;
ALTER FUNCTION keep_all SET enable_bitmapscan TO off;
ALTER FUNCTION keep_all SET enable_hashjoin TO off;
ALTER FUNCTION keep_all SET enable_mergejoin TO off;
