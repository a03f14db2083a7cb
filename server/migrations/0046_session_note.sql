-- Notes on sessions: that one was ended, who was called.
CREATE TABLE session_note (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    rev BIGINT NOT NULL,
    stream TEXT NOT NULL,
    other_rev BIGINT NOT NULL,
    updated_hlc TEXT NOT NULL,
    deleted_at BIGINT,
    body TEXT,
    exercise_group TEXT NOT NULL,
    session TEXT NOT NULL,
    participant TEXT,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX session_note_participant ON session_note (municipality, participant);
