-- An id of a relative is never read as one of somebody who takes part: each has a good card of their own.
DROP INDEX personal_card_person;
CREATE UNIQUE INDEX personal_card_holder ON personal_card (municipality, participant, relative) WHERE ended_at IS NULL;
