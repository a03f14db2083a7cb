-- How many aged 75 and over live in the municipality at the end of a year, with where that is from. Each version stays.
CREATE TABLE population (
    municipality TEXT NOT NULL,
    year BIGINT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT,
    PRIMARY KEY (municipality, year, version)
);
