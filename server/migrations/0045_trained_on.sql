-- When the account's holder was last trained in testing.
ALTER TABLE account ADD COLUMN trained_on TEXT;
