-- How people who take part, and their relatives, want to hear that a session is cancelled. Whoever has no row is called.
CREATE TABLE message_choice (
    municipality TEXT NOT NULL,
    -- Of somebody who takes part, or of a relative.
    holder TEXT NOT NULL,
    channel TEXT NOT NULL,
    -- To which it is sent; empty for calls.
    address TEXT NOT NULL,
    -- Of a relative, and of people whose own language is not known.
    language TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (municipality, holder)
);

-- Messages about sessions: neither their words nor an address, which are put together when one is sent.
CREATE TABLE message (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    session TEXT NOT NULL,
    exercise_group TEXT NOT NULL,
    day TEXT NOT NULL,
    recipient TEXT NOT NULL,
    -- 1: the recipient is a relative.
    relative BIGINT NOT NULL,
    -- From 1 on for each recipient of a session.
    n BIGINT NOT NULL,
    event TEXT NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    -- 1 as long as it is to be sent.
    waits BIGINT,
    tries BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    trouble TEXT,
    made_at BIGINT NOT NULL,
    settled_at BIGINT,
    -- Who is sending it, and until when nobody else may.
    runner TEXT NOT NULL,
    leased_until BIGINT NOT NULL,
    PRIMARY KEY (municipality, id)
);
CREATE UNIQUE INDEX message_once ON message (municipality, session, recipient, n);
CREATE INDEX message_due ON message (municipality, next_at) WHERE waits = 1;
CREATE INDEX message_recipient ON message (municipality, recipient);
CREATE INDEX message_day ON message (municipality, day);

-- Sessions of which something was said that people may have to be told. Written with what was said; a row goes once it was
-- seen to that everybody who has to know has a message.
CREATE TABLE message_news (
    municipality TEXT NOT NULL,
    session TEXT NOT NULL,
    -- Grows with everything that is said.
    n BIGINT NOT NULL,
    PRIMARY KEY (municipality, session)
);
