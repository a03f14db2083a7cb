-- The groups that would suit, as ids with a space between them; empty: any group. Nothing: not filled from the body yet.
ALTER TABLE application ADD COLUMN wishes TEXT;
