-- What was made by a press and is shown on one page once, such as a card with its PIN: sealed with a key that only the
-- browser's session has, until the page is fetched or half an hour is over. Empty: it was shown.
CREATE TABLE shown_once (
    hash TEXT PRIMARY KEY,
    municipality TEXT NOT NULL,
    sealed TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX shown_once_old ON shown_once (created_at);
