-- How much a group asks of those who take part: the desk's list of groups is narrowed by it. Groups of before have none.
ALTER TABLE exercise_group ADD COLUMN level TEXT;
