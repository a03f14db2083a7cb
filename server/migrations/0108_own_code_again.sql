-- From where a code was used, as a hash: a second press from there opens the page, too.
ALTER TABLE own_code ADD COLUMN used_from TEXT;
