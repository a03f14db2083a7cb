-- Who put a page of figures together: not known of those kept before, nor of the command line's.
ALTER TABLE snapshot ADD COLUMN made_by TEXT;
-- What the officer writes into the report of a period: in one language, or its costs. Each version stays.
CREATE TABLE council_text (
    municipality TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL,
    part TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    PRIMARY KEY (municipality, from_day, to_day, part, version)
);
-- Reports as they were put before the council: figures and words in one text, whose hash is the checksum.
CREATE TABLE council_report (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    checksum TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX council_report_period ON council_report (municipality, from_day, to_day, made_at);
