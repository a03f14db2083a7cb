-- Codes that are read out in the hall: each opens one more phone for whoever has the card, once and for a quarter of an hour.
CREATE TABLE own_code (
    hash TEXT PRIMARY KEY,
    municipality TEXT NOT NULL,
    card TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    used_at BIGINT
);
CREATE INDEX own_code_card ON own_code (municipality, card);
