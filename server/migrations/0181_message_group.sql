-- A tablet is told to whom messages went about the sessions of its groups.
CREATE INDEX message_group ON message (municipality, exercise_group, day);
