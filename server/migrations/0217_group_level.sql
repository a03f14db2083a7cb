-- How demanding a group is, for whoever looks for one: said at the desk, on no tablet and in no file.
CREATE TABLE group_level (
    municipality TEXT NOT NULL,
    exercise_group TEXT NOT NULL,
    level TEXT NOT NULL,
    PRIMARY KEY (municipality, exercise_group)
);
