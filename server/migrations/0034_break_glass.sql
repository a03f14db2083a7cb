-- Emergency access: one person's data opened to somebody beyond their reach, for an hour, with a reason.
CREATE TABLE break_glass (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    account TEXT NOT NULL,
    session TEXT NOT NULL,
    role TEXT NOT NULL,
    participant TEXT NOT NULL,
    reason TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (municipality, id)
);
-- Nobody has two open at once.
CREATE UNIQUE INDEX break_glass_open ON break_glass (municipality, account) WHERE ended_at IS NULL;
CREATE INDEX break_glass_session ON break_glass (municipality, session);
CREATE INDEX break_glass_participant ON break_glass (municipality, participant, begun_at);
CREATE INDEX break_glass_begun ON break_glass (municipality, begun_at);
