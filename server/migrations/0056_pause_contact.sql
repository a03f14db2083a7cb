-- Agreed pauses, and the log of who was contacted.
CREATE TABLE pause (
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
CREATE INDEX pause_participant ON pause (municipality, participant);
CREATE TABLE contact (
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
CREATE INDEX contact_participant ON contact (municipality, participant);
-- When the desk wants to be in touch with somebody next.
ALTER TABLE people_row ADD COLUMN contact_on TEXT NOT NULL DEFAULT '9999-12-31';
-- Whoever has left without a reason that somebody knows.
ALTER TABLE people_row ADD COLUMN unexplained BIGINT;
DROP INDEX people_row_list;
CREATE INDEX people_row_list ON people_row (municipality, organisation, sort_key, participant, standing, decision,
    language, area, born, group_key, last_visit, due_on, due, missed, provisional, contact_on, unexplained);
