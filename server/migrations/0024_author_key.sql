-- The name of the secret with which this person's work on this tablet is signed. Without one (nobody has signed in
-- there since tablets can sign) none is asked for.
ALTER TABLE device_account ADD COLUMN kid TEXT;
