-- Since which day a stay must have lasted for the group's tablets to hold its person. Of groups that were there before
-- everybody was held; the next pull withdraws whoever left long ago.
CREATE TABLE shown_since (
    municipality TEXT NOT NULL,
    exercise_group TEXT NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (municipality, exercise_group)
);
INSERT INTO shown_since (municipality, exercise_group, day) SELECT municipality, id, '1900-01-01' FROM exercise_group;
