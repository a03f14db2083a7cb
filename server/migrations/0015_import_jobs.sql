-- Imports: a file is checked whole and laid down in batches; from then on it counts as taken in, and its rows are
-- written batch by batch, by whoever holds the lease.

CREATE TABLE import_job (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    file TEXT NOT NULL,
    day TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    checked_at BIGINT,
    ended_at BIGINT,
    runner TEXT NOT NULL,
    leased_until BIGINT NOT NULL,
    rows_all BIGINT NOT NULL,
    rows_done BIGINT NOT NULL,
    next_batch BIGINT NOT NULL,
    created BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    notices BIGINT NOT NULL,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX import_job_unfinished ON import_job (ended_at);

-- Rows that are still to be written, as JSON.
CREATE TABLE import_batch (
    municipality TEXT NOT NULL,
    job TEXT NOT NULL,
    n BIGINT NOT NULL,
    size BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (municipality, job, n)
);

-- What is worth knowing of single rows.
CREATE TABLE import_notice (
    municipality TEXT NOT NULL,
    job TEXT NOT NULL,
    n BIGINT NOT NULL,
    line BIGINT NOT NULL,
    column_name TEXT NOT NULL,
    value TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (municipality, job, n)
);
