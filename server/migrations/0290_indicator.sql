-- Indicators of Sotkanet that the municipality follows: the numbers of its years with title and day of reading. Each version
-- stays.
CREATE TABLE indicator (
    municipality TEXT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (municipality, id, version)
);
