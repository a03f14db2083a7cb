-- Feedback that anybody may send to the municipality, and what was answered.
CREATE TABLE feedback (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    organisation TEXT NOT NULL,
    -- By which the sender and the desk name it.
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    words TEXT NOT NULL,
    -- In which it was written and is answered.
    language TEXT NOT NULL,
    -- Both may be empty, and are once the sender is no more kept.
    name TEXT NOT NULL,
    contact TEXT NOT NULL,
    received_on TEXT NOT NULL,
    due_on TEXT NOT NULL,
    answer TEXT,
    answered_on TEXT,
    answered_by TEXT,
    -- 1 as long as it is not answered.
    waits BIGINT,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX feedback_waits ON feedback (municipality, organisation, due_on) WHERE waits = 1;
CREATE INDEX feedback_answered ON feedback (municipality, answered_on) WHERE waits IS NULL;

-- The last number that was given.
CREATE TABLE feedback_number (
    municipality TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (municipality)
);
