-- The desk's table of people: for each organisation's list a row a person, with what the table shows, is ordered and
-- narrowed by. What was written about somebody since stands in people_stale; fresh_until is the day from which the row
-- may say something else by the calendar alone.
CREATE TABLE people_row (
    municipality TEXT NOT NULL,
    organisation TEXT NOT NULL,
    participant TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    standing TEXT NOT NULL,
    decision TEXT NOT NULL,
    language TEXT NOT NULL,
    area TEXT NOT NULL,
    born TEXT NOT NULL,
    group_key TEXT NOT NULL,
    last_visit TEXT NOT NULL,
    due_on TEXT NOT NULL,
    due BIGINT,
    missed BIGINT,
    provisional BIGINT,
    fresh_until TEXT NOT NULL,
    PRIMARY KEY (municipality, organisation, participant)
);
-- The whole list is read by it alone.
CREATE INDEX people_row_list ON people_row (municipality, organisation, sort_key, participant, standing, decision,
    language, area, born, group_key, last_visit, due_on, due, missed, provisional);
CREATE INDEX people_row_participant ON people_row (municipality, participant);
CREATE INDEX people_row_fresh ON people_row (municipality, fresh_until);
CREATE TABLE people_stale (
    municipality TEXT NOT NULL,
    participant TEXT NOT NULL
);
CREATE UNIQUE INDEX people_stale_waits ON people_stale (municipality, participant);
INSERT INTO people_stale (municipality, participant) SELECT municipality, id FROM participant WHERE deleted_at IS NULL;

-- With it a person's lists are found, too.
DROP INDEX listing_participant;
CREATE INDEX listing_participant ON listing (municipality, participant, word, organisation);

-- What somebody looks for among people: it stands here and not in the address.
CREATE TABLE people_query (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    account TEXT NOT NULL,
    typed TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX people_query_asked ON people_query (municipality, asked_at);
