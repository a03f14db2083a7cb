-- Which field made an operation invalid, for its author to read.
ALTER TABLE op ADD COLUMN field TEXT;
