-- What is missing in a group's records. Since when a session has a roll: the moment of the first mark in it; a group's
-- sessions are told by the index alone.
ALTER TABLE group_session ADD COLUMN rolled_at BIGINT;
DROP INDEX group_session_group;
CREATE INDEX group_session_group ON group_session (municipality, exercise_group, day, deleted_at, status, rolled_at);
-- The round of tests that somebody in a group has missed, and stays that ended without anybody knowing why: few of many.
ALTER TABLE people_row ADD COLUMN missing_round TEXT;
CREATE INDEX people_row_missing ON people_row (municipality, organisation, missing_round, participant)
    WHERE missing_round IS NOT NULL;
ALTER TABLE membership ADD COLUMN unexplained BIGINT;
CREATE INDEX membership_unexplained ON membership (municipality, left_on, exercise_group) WHERE unexplained = 1;
INSERT INTO people_stale (municipality, participant)
    SELECT municipality, id FROM participant WHERE deleted_at IS NULL
    ON CONFLICT (municipality, participant) DO NOTHING;
