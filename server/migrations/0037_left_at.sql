-- When somebody signed out on a tablet, with which their data there went; empty while it should be there. Of those who
-- signed in before this was noted nothing is known.
ALTER TABLE device_account ADD COLUMN left_at BIGINT;
UPDATE device_account SET left_at = since;
