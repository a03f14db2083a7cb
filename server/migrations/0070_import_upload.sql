-- Files that were sent to the desk: kept in pieces until they are taken in, refused for good or a day old; what was found
-- in them is kept as the list of imports.
CREATE TABLE import_upload (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    file TEXT NOT NULL,
    size BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    checked_at BIGINT,
    wanted_at BIGINT,
    ended_at BIGINT,
    held_until BIGINT NOT NULL,
    found TEXT,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX import_upload_unfinished ON import_upload (ended_at);

-- The file's bytes, in Base64.
CREATE TABLE import_piece (
    municipality TEXT NOT NULL,
    upload TEXT NOT NULL,
    n BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (municipality, upload, n)
);
