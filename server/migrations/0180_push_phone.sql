-- Phones on which somebody who takes part is told of a cancelled session by a notification: the one at which they pressed
-- the button, as long as they are signed in there.
CREATE TABLE push_phone (
    municipality TEXT NOT NULL,
    holder TEXT NOT NULL,
    -- The session of that phone, as own_session names it.
    session TEXT NOT NULL,
    -- Where the maker of its browser takes notifications for it.
    endpoint TEXT NOT NULL,
    language TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (municipality, holder)
);
CREATE INDEX push_phone_session ON push_phone (municipality, session);
CREATE INDEX push_phone_endpoint ON push_phone (municipality, endpoint);
