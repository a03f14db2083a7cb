-- Codes that go by letter: longer, good for longer, and only together with the year of birth; so many wrong years were typed.
ALTER TABLE own_code ADD COLUMN by_letter BIGINT;
ALTER TABLE own_code ADD COLUMN wrong BIGINT;
