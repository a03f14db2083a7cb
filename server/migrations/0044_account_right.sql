-- What an account may do beside its role.
CREATE TABLE account_right (
    municipality TEXT NOT NULL,
    account TEXT NOT NULL,
    code TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (municipality, account, code)
);
