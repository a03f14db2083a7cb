-- The municipality's public texts: each version stays. A text without any is the one that comes with the program.
CREATE TABLE statement (
    municipality TEXT NOT NULL,
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    PRIMARY KEY (municipality, kind, language, version)
);
