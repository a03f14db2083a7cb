-- Whether the first mark of a roll came out of a file, which does not say when the roll was made: 1 or NULL. A group's sessions
-- are told by the index alone.
ALTER TABLE group_session ADD COLUMN rolled_by_file BIGINT;
DROP INDEX group_session_group;
CREATE INDEX group_session_group ON group_session
    (municipality, exercise_group, day, deleted_at, status, rolled_at, rolled_by_file);
