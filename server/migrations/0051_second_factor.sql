-- The second factor of an account: which key its authenticator has (the secret itself follows from the installation's
-- own), since when it is asked for, and the newest step whose code was taken.
CREATE TABLE second_factor (
    municipality TEXT NOT NULL,
    account TEXT NOT NULL,
    kid TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    last_step BIGINT NOT NULL,
    PRIMARY KEY (municipality, account)
);

CREATE TABLE recovery_code (
    municipality TEXT NOT NULL,
    account TEXT NOT NULL,
    hash TEXT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (municipality, account, hash)
);

-- Whoever has said the right password and not yet the code.
CREATE TABLE sign_in_step (
    hash TEXT PRIMARY KEY,
    municipality TEXT NOT NULL,
    account TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX sign_in_step_old ON sign_in_step (created_at);
