-- How a person's store on a tablet is, as the tablet's program last told it: when, how much was unsent and unreadable there,
-- the program's version, whether the browser keeps the store, by how many milliseconds the tablet's clock was ahead, and
-- when the store was last found thrown away.
ALTER TABLE device_account ADD COLUMN told_at BIGINT;
ALTER TABLE device_account ADD COLUMN unsent BIGINT;
ALTER TABLE device_account ADD COLUMN damaged BIGINT;
ALTER TABLE device_account ADD COLUMN program TEXT;
ALTER TABLE device_account ADD COLUMN storage TEXT;
ALTER TABLE device_account ADD COLUMN clock_ahead BIGINT;
ALTER TABLE device_account ADD COLUMN emptied_at BIGINT;
