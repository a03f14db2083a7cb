-- In whose lists a person stands, and by which beginnings of the name they are found there: one row for the list itself
-- (the empty word), one for each word of the name. Words are written in hexadecimal, which every collation orders alike.
CREATE TABLE listing (
    municipality TEXT NOT NULL,
    organisation TEXT NOT NULL,
    word TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    participant TEXT NOT NULL,
    PRIMARY KEY (municipality, organisation, word, sort_key, participant)
);
CREATE INDEX listing_participant ON listing (municipality, participant, word);
