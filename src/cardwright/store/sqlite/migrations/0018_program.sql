-- One row: the version of Cardwright that brought the schema up to date, for an older one to name.
CREATE TABLE program (version TEXT NOT NULL) STRICT;
INSERT INTO program VALUES ('');
