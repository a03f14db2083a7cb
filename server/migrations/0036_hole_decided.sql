-- When somebody at the desk has read what a tablet has lost and dealt with it.
ALTER TABLE hole ADD COLUMN decided_at BIGINT;
