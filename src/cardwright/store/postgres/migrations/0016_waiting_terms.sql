-- How much may wait in the index of terms is said by each connection, for an import may have more wait than others. On
-- Citus each node goes by what the index says.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN
    ALTER INDEX search_terms RESET (gin_pending_list_limit);
  END IF;
END $$;
