-- Why a session was ended before its time, and whether nothing else opens in it before a second factor is set up (1).
ALTER TABLE staff_session ADD COLUMN ended_why TEXT;
ALTER TABLE staff_session ADD COLUMN must_enrol BIGINT;

-- What was sent or asked for in a session that had ended: sealed with a key that only its browser has, for the same
-- person's next sign-in there, and for half an hour. A sign-in hands a copy on to the new session; all of one origin go
-- together.
CREATE TABLE kept_form (
    hash TEXT PRIMARY KEY,
    origin TEXT NOT NULL,
    municipality TEXT NOT NULL,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    sealed TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX kept_form_old ON kept_form (created_at);
CREATE INDEX kept_form_origin ON kept_form (origin);

-- The step of the authenticator by whose code recovery codes were last made anew.
ALTER TABLE second_factor ADD COLUMN codes_step BIGINT;
