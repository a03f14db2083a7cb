-- Outdoor friends: volunteers who go out with one participant each.
CREATE TABLE friend_pair (
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
CREATE INDEX friend_pair_participant ON friend_pair (municipality, participant);
