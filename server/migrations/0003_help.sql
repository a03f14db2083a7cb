-- Whom people call for help with the program: shown at the foot of every page, on tablets too (ux.md W10).

ALTER TABLE municipality ADD COLUMN help_name TEXT;
ALTER TABLE municipality ADD COLUMN help_phone TEXT;
