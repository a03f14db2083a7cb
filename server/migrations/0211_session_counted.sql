-- How many came to an event, where people were counted and nobody's name is kept: such a session stands in no figure.
ALTER TABLE group_session ADD COLUMN counted BIGINT;
