-- Where the generation was begun: on another server, in another database, or on another timeline it is an older state.
ALTER TABLE generation ADD COLUMN server text COLLATE "C" NOT NULL DEFAULT '';
