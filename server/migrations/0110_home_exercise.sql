-- Exercise programmes for home, and on which days they were done.
CREATE TABLE home_programme (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    rev BIGINT NOT NULL,
    stream TEXT NOT NULL,
    other_rev BIGINT NOT NULL,
    updated_hlc TEXT NOT NULL,
    deleted_at BIGINT,
    body TEXT,
    participant TEXT NOT NULL,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX home_programme_participant ON home_programme (municipality, participant);
CREATE TABLE home_week (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    rev BIGINT NOT NULL,
    stream TEXT NOT NULL,
    other_rev BIGINT NOT NULL,
    updated_hlc TEXT NOT NULL,
    deleted_at BIGINT,
    body TEXT,
    participant TEXT NOT NULL,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX home_week_participant ON home_week (municipality, participant);
