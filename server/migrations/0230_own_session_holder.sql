-- Whoever takes part sees where their own page is open: all sessions of one person.
CREATE INDEX own_session_holder ON own_session (municipality, participant);
