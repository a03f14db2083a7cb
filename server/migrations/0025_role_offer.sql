-- Roles that show people, given by an admin: they wait for a second admin or for the person's own yes.
CREATE TABLE role_offer (
    municipality TEXT NOT NULL,
    account TEXT NOT NULL,
    role TEXT NOT NULL,
    offered_by TEXT NOT NULL,
    offered_at BIGINT NOT NULL,
    PRIMARY KEY (municipality, account, role)
);

-- What others did that an account's holder has to know, until it is read.
CREATE TABLE account_notice (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    by_account TEXT NOT NULL,
    at BIGINT NOT NULL,
    read_at BIGINT,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX account_notice_account ON account_notice (municipality, account, read_at);
