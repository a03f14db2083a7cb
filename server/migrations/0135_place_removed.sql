-- A place that is used no more leaves the list, and may come back.
ALTER TABLE place ADD COLUMN removed_at BIGINT;
