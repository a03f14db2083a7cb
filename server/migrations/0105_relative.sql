-- Relatives: people with a card of their own, to whom those who take part show something. What they are shown stands in
-- consents alone.
CREATE TABLE relative (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (municipality, id)
);

-- Who is whose relative; relation: in own words, such as "daughter".
CREATE TABLE relative_share (
    municipality TEXT NOT NULL,
    participant TEXT NOT NULL,
    relative TEXT NOT NULL,
    relation TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    PRIMARY KEY (municipality, participant, relative)
);
CREATE INDEX relative_share_relative ON relative_share (municipality, relative, participant);

-- 1: participant is a relative's id, and the card a relative's.
ALTER TABLE personal_card ADD COLUMN relative BIGINT NOT NULL DEFAULT 0;
