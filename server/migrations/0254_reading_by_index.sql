-- Who is in a group, and whom a round of tests has missed: told by the indexes alone, for the page that counts the groups of
-- a year.
DROP INDEX membership_stay;
CREATE INDEX membership_stay ON membership (municipality, exercise_group, joined_on, left_on, participant)
    WHERE deleted_at IS NULL;
DROP INDEX people_row_missing;
CREATE INDEX people_row_missing ON people_row (municipality, organisation, participant, missing_round)
    WHERE missing_round IS NOT NULL;
-- Who was marked how in each session: of a report that reads all of them, and of a roll. And the same by person, or else
-- SQLite takes the other for that.
DROP INDEX attendance_session;
CREATE INDEX attendance_session ON attendance (municipality, session, deleted_at, participant, mark);
DROP INDEX attendance_participant;
CREATE INDEX attendance_participant ON attendance (municipality, participant, session, deleted_at, mark);
