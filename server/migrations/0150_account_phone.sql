-- The number under which the account's holder is called by those who take part in their groups; as people read it.
ALTER TABLE account ADD COLUMN phone TEXT;
