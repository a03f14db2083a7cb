-- From here on last_hash is the chain value after operation chain_n. Where that is not last_n, the chain is not known: a
-- program before this one has written last, and it kept the hash of the last operation's text there.
ALTER TABLE stream ADD COLUMN chain_n BIGINT;
-- How much verified backups hold is told by backups alone; a program before this one said as much as it had.
UPDATE stream SET durable_n = 0;
