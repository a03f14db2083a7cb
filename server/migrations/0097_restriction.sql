-- People whose data are kept and not processed (GDPR, article 18), and every setting and lifting of it with its reason.
ALTER TABLE participant ADD COLUMN restricted BIGINT;
CREATE INDEX participant_restricted ON participant (municipality, restricted, sort_key) WHERE restricted IS NOT NULL;
CREATE TABLE restriction (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    participant TEXT NOT NULL,
    at BIGINT NOT NULL,
    lifted BIGINT,
    why TEXT NOT NULL,
    by_account TEXT NOT NULL,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX restriction_participant ON restriction (municipality, participant, at);
