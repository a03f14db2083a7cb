-- 1: the account's holder lets the number stand on the public page of groups, too.
ALTER TABLE account ADD COLUMN phone_public BIGINT;
