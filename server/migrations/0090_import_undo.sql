-- What each row of an import did, and imports that are taken back.
CREATE TABLE import_line (
    municipality TEXT NOT NULL,
    job TEXT NOT NULL,
    line BIGINT NOT NULL,
    effect TEXT NOT NULL,
    entity_id TEXT,
    ops TEXT NOT NULL,
    PRIMARY KEY (municipality, job, line)
);
CREATE INDEX import_line_effect ON import_line (municipality, job, effect, line);

-- Operations of the import with a number below next_n are still to be taken back, from the last to the first; asked for
-- again, only those of which something stayed.
CREATE TABLE import_undo (
    municipality TEXT NOT NULL,
    job TEXT NOT NULL,
    stream TEXT NOT NULL,
    account TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    next_n BIGINT NOT NULL,
    again BIGINT NOT NULL,
    held_until BIGINT NOT NULL,
    done BIGINT NOT NULL,
    kept BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (municipality, job)
);
CREATE INDEX import_undo_unfinished ON import_undo (ended_at);
CREATE UNIQUE INDEX import_undo_stream ON import_undo (municipality, stream);

-- What stayed, and why.
CREATE TABLE import_kept (
    municipality TEXT NOT NULL,
    job TEXT NOT NULL,
    n BIGINT NOT NULL,
    why TEXT NOT NULL,
    fields TEXT NOT NULL,
    PRIMARY KEY (municipality, job, n)
);
CREATE INDEX import_row_entity ON import_row (municipality, entity_id);
