-- Grows whenever the card's address is made or ended; an ended one stays as a row, so that no form from before brings it back.
ALTER TABLE calendar_feed ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;
ALTER TABLE calendar_feed ADD COLUMN ended_at BIGINT;
