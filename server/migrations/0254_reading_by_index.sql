-- Who is in a group, and whom a round of tests has missed: told by the indexes alone, for the page that counts the groups of
-- a year.
DROP INDEX membership_stay;
CREATE INDEX membership_stay ON membership (municipality, exercise_group, joined_on, left_on, participant)
    WHERE deleted_at IS NULL;
DROP INDEX people_row_missing;
CREATE INDEX people_row_missing ON people_row (municipality, organisation, participant, missing_round)
    WHERE missing_round IS NOT NULL;
