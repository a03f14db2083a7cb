-- Personal cards of those who take part: of the token in the QR code and of the PIN only hashes are here. wrong: PINs that
-- were typed wrongly since the last right one.
CREATE TABLE personal_card (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    participant TEXT NOT NULL,
    number TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    pin TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    used_at BIGINT,
    ended_at BIGINT,
    wrong BIGINT NOT NULL,
    PRIMARY KEY (municipality, id)
);
CREATE UNIQUE INDEX personal_card_token ON personal_card (token_hash);
-- Among the cards that are good a number is one person's, and a person has one.
CREATE UNIQUE INDEX personal_card_number ON personal_card (number) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX personal_card_person ON personal_card (municipality, participant) WHERE ended_at IS NULL;

-- Who is signed in on their own page, by which card; pin_at: when the PIN was last typed there.
CREATE TABLE own_session (
    hash TEXT PRIMARY KEY,
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    participant TEXT NOT NULL,
    card TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    pin_at BIGINT,
    ended_at BIGINT
);

-- Whom a notice is about, where it is about somebody who takes part.
ALTER TABLE account_notice ADD COLUMN about TEXT;
