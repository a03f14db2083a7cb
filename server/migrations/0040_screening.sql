-- What was answered before tests.
CREATE TABLE screening (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    rev BIGINT NOT NULL,
    stream TEXT NOT NULL,
    other_rev BIGINT NOT NULL,
    updated_hlc TEXT NOT NULL,
    deleted_at BIGINT,
    body TEXT,
    participant TEXT NOT NULL,
    on_day TEXT NOT NULL,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX screening_participant ON screening (municipality, participant);
