-- Who is who. What people may be found alike by, written as the rules fold it: the name in daily use, the telephone.
ALTER TABLE participant ADD COLUMN name_key TEXT;
ALTER TABLE participant ADD COLUMN phone_key TEXT;
CREATE INDEX participant_name_key ON participant (municipality, name_key) WHERE name_key IS NOT NULL;
CREATE INDEX participant_phone_key ON participant (municipality, phone_key) WHERE phone_key IS NOT NULL;

-- The organisations that have registered a person, and look after them in a group or not. Whom a file has brought the
-- municipality's own looks after while they are in no group (while_unplaced is 1, else NULL).
CREATE TABLE keeper (
    municipality TEXT NOT NULL,
    participant TEXT NOT NULL,
    organisation TEXT NOT NULL,
    while_unplaced BIGINT,
    PRIMARY KEY (municipality, participant, organisation)
);
