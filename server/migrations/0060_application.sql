-- Ways into the programme: applications, exercise counselling talks, and what came by the public form.
CREATE TABLE application (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    rev BIGINT NOT NULL,
    stream TEXT NOT NULL,
    other_rev BIGINT NOT NULL,
    updated_hlc TEXT NOT NULL,
    deleted_at BIGINT,
    body TEXT,
    participant TEXT NOT NULL,
    applied_on TEXT NOT NULL,
    -- undecided or waiting; nothing once somebody has closed it.
    queue TEXT,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX application_participant ON application (municipality, participant, applied_on);
CREATE INDEX application_applied ON application (municipality, applied_on);
CREATE INDEX application_queue ON application (municipality, queue, applied_on) WHERE queue IS NOT NULL;

CREATE TABLE talk (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    rev BIGINT NOT NULL,
    stream TEXT NOT NULL,
    other_rev BIGINT NOT NULL,
    updated_hlc TEXT NOT NULL,
    deleted_at BIGINT,
    body TEXT,
    participant TEXT NOT NULL,
    on_day TEXT NOT NULL,
    next_on TEXT,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX talk_participant ON talk (municipality, participant);
CREATE INDEX talk_next ON talk (municipality, next_on);

CREATE TABLE application_form (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    organisation TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    -- Nothing of it is left once somebody has taken it up or dropped it.
    body TEXT,
    settled_at BIGINT,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX application_form_waiting ON application_form (municipality, organisation, received_at) WHERE settled_at IS NULL;
