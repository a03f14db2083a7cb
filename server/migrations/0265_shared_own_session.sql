-- 1: signed in on a device that others use, too, where it lasts minutes; else nothing.
ALTER TABLE own_session ADD COLUMN shared BIGINT;
