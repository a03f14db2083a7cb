-- Where an account has signed in before: at such a place strangers' failures make nobody wait. The place is a hash of
-- the sign-in name with the browser's cookie or with the network, so that the row says neither.
CREATE TABLE known_place (
    place TEXT PRIMARY KEY,
    municipality TEXT NOT NULL,
    account TEXT NOT NULL,
    seen_at BIGINT NOT NULL
);
CREATE INDEX known_place_account ON known_place (municipality, account);
