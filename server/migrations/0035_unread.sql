-- What no text reads: every write would keep it up for nothing. group_staff_led begins like group_staff_account; people
-- and groups are found by listing and by sort_key.
DROP INDEX attendance_group;
DROP INDEX group_staff_account;
DROP INDEX review_bucket;
ALTER TABLE participant DROP COLUMN search_key;
ALTER TABLE exercise_group DROP COLUMN search_key;
