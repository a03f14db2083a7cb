-- Secret addresses at which a calendar program fetches somebody's next sessions: one for each card, good as long as the card is.
CREATE TABLE calendar_feed (
    municipality TEXT NOT NULL,
    card TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    -- In which the calendar is written.
    language TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    -- At most once a day.
    fetched_at BIGINT,
    PRIMARY KEY (municipality, card)
);
CREATE UNIQUE INDEX calendar_feed_token ON calendar_feed (token_hash);
