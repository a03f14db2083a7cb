-- 1: somebody at the desk is to go through it.
ALTER TABLE incident ADD COLUMN waits BIGINT;
CREATE INDEX incident_waits ON incident (municipality, exercise_group) WHERE waits = 1;
