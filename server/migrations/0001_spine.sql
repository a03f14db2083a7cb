CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE municipality (
    municipality TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE setting (
    municipality TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (municipality, key)
);

-- The municipality's own organisation has no parent; partner organisations stand below it.
CREATE TABLE organisation (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    parent TEXT,
    name TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (municipality, id),
    UNIQUE (municipality, name)
);

-- People who work.

CREATE TABLE account (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    organisation TEXT NOT NULL,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    language TEXT NOT NULL,
    password TEXT,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT,
    PRIMARY KEY (municipality, id)
);

CREATE TABLE account_role (
    municipality TEXT NOT NULL,
    account TEXT NOT NULL,
    role TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (municipality, account, role)
);

CREATE TABLE group_staff (
    municipality TEXT NOT NULL,
    exercise_group TEXT NOT NULL,
    account TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT,
    substitute_since BIGINT,
    PRIMARY KEY (municipality, exercise_group, account, from_day)
);
CREATE INDEX group_staff_account ON group_staff (municipality, account);

CREATE TABLE setup_link (
    hash TEXT PRIMARY KEY,
    municipality TEXT NOT NULL,
    account TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

CREATE TABLE staff_session (
    hash TEXT PRIMARY KEY,
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    account TEXT NOT NULL,
    role TEXT,
    device TEXT,
    device_label TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX staff_session_account ON staff_session (municipality, account);

CREATE TABLE device (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    organisation TEXT NOT NULL,
    label TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (municipality, id)
);

-- Who has signed in on which tablet: only their work is taken from it.
CREATE TABLE device_account (
    municipality TEXT NOT NULL,
    device TEXT NOT NULL,
    account TEXT NOT NULL,
    role TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (municipality, device, account)
);

CREATE TABLE login_attempt (
    key TEXT PRIMARY KEY,
    municipality TEXT NOT NULL,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);

-- Entities: current state. body is canonical JSON; a tombstone has none.

CREATE TABLE participant (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    rev BIGINT NOT NULL,
    stream TEXT NOT NULL,
    other_rev BIGINT NOT NULL,
    updated_hlc TEXT NOT NULL,
    deleted_at BIGINT,
    body TEXT,
    reference TEXT,
    sort_key TEXT NOT NULL,
    search_key TEXT NOT NULL,
    birth_date TEXT,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX participant_reference ON participant (municipality, reference);
CREATE INDEX participant_sort ON participant (municipality, sort_key);

CREATE TABLE exercise_group (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    rev BIGINT NOT NULL,
    stream TEXT NOT NULL,
    other_rev BIGINT NOT NULL,
    updated_hlc TEXT NOT NULL,
    deleted_at BIGINT,
    body TEXT,
    reference TEXT,
    sort_key TEXT NOT NULL,
    search_key TEXT NOT NULL,
    provider TEXT NOT NULL,
    season_start TEXT,
    season_end TEXT,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX exercise_group_provider ON exercise_group (municipality, provider);
CREATE INDEX exercise_group_reference ON exercise_group (municipality, reference);

CREATE TABLE membership (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    rev BIGINT NOT NULL,
    stream TEXT NOT NULL,
    other_rev BIGINT NOT NULL,
    updated_hlc TEXT NOT NULL,
    deleted_at BIGINT,
    body TEXT,
    exercise_group TEXT NOT NULL,
    participant TEXT NOT NULL,
    joined_on TEXT NOT NULL,
    left_on TEXT,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX membership_group ON membership (municipality, exercise_group);
CREATE INDEX membership_participant ON membership (municipality, participant);

CREATE TABLE group_session (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    rev BIGINT NOT NULL,
    stream TEXT NOT NULL,
    other_rev BIGINT NOT NULL,
    updated_hlc TEXT NOT NULL,
    deleted_at BIGINT,
    body TEXT,
    exercise_group TEXT NOT NULL,
    day TEXT NOT NULL,
    status TEXT,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX group_session_group ON group_session (municipality, exercise_group, day);

-- No body: its values are the columns, so that a report reads tens of thousands of marks quickly.
CREATE TABLE attendance (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    rev BIGINT NOT NULL,
    stream TEXT NOT NULL,
    other_rev BIGINT NOT NULL,
    updated_hlc TEXT NOT NULL,
    deleted_at BIGINT,
    session TEXT NOT NULL,
    exercise_group TEXT NOT NULL,
    participant TEXT NOT NULL,
    mark TEXT,
    contenders TEXT,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX attendance_group ON attendance (municipality, exercise_group);
CREATE INDEX attendance_session ON attendance (municipality, session);
CREATE INDEX attendance_participant ON attendance (municipality, participant);

CREATE TABLE assessment (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    rev BIGINT NOT NULL,
    stream TEXT NOT NULL,
    other_rev BIGINT NOT NULL,
    updated_hlc TEXT NOT NULL,
    deleted_at BIGINT,
    body TEXT,
    participant TEXT NOT NULL,
    instrument TEXT NOT NULL,
    measured_on TEXT NOT NULL,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX assessment_participant ON assessment (municipality, participant, measured_on);

CREATE TABLE consent (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    rev BIGINT NOT NULL,
    stream TEXT NOT NULL,
    other_rev BIGINT NOT NULL,
    updated_hlc TEXT NOT NULL,
    deleted_at BIGINT,
    body TEXT,
    participant TEXT NOT NULL,
    purpose TEXT NOT NULL,
    act TEXT NOT NULL,
    on_day TEXT NOT NULL,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX consent_participant ON consent (municipality, participant);

CREATE TABLE incident (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    rev BIGINT NOT NULL,
    stream TEXT NOT NULL,
    other_rev BIGINT NOT NULL,
    updated_hlc TEXT NOT NULL,
    deleted_at BIGINT,
    body TEXT,
    exercise_group TEXT NOT NULL,
    participant TEXT,
    on_day TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX incident_group ON incident (municipality, exercise_group);
CREATE INDEX incident_participant ON incident (municipality, participant);

-- Synchronisation.

-- head is moved last in the writing transaction: its row lock makes number order equal commit order.
CREATE TABLE bucket (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    head BIGINT NOT NULL,
    floor BIGINT NOT NULL,
    key_version BIGINT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (municipality, id)
);

-- The newest row per entity only.
CREATE TABLE change (
    municipality TEXT NOT NULL,
    bucket TEXT NOT NULL,
    seq BIGINT NOT NULL,
    etype TEXT NOT NULL,
    eid TEXT NOT NULL,
    rev BIGINT NOT NULL,
    removed_at BIGINT,
    PRIMARY KEY (municipality, bucket, etype, eid)
);
CREATE UNIQUE INDEX change_seq ON change (municipality, bucket, seq);

CREATE TABLE stream (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    device TEXT,
    account TEXT NOT NULL,
    last_n BIGINT NOT NULL,
    last_hash TEXT NOT NULL,
    durable_n BIGINT NOT NULL,
    created_n BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (municipality, id)
);

-- The operation log: history and write audit in one.
CREATE TABLE op (
    municipality TEXT NOT NULL,
    op_id TEXT NOT NULL,
    stream TEXT NOT NULL,
    n BIGINT NOT NULL,
    etype TEXT,
    eid TEXT,
    rev BIGINT,
    kind TEXT NOT NULL,
    schema BIGINT NOT NULL,
    actor TEXT NOT NULL,
    hlc TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    body TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT,
    effects TEXT NOT NULL,
    PRIMARY KEY (municipality, op_id)
);
CREATE UNIQUE INDEX op_stream ON op (municipality, stream, n);
CREATE INDEX op_entity ON op (municipality, eid);

-- What a person must decide.
CREATE TABLE review (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    bucket TEXT,
    etype TEXT NOT NULL,
    eid TEXT NOT NULL,
    other_etype TEXT,
    other_eid TEXT,
    op_ids TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    decided_at BIGINT,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX review_bucket ON review (municipality, bucket);

-- Append only: no statement updates a row.
CREATE TABLE audit (
    municipality TEXT NOT NULL,
    n BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT,
    role TEXT,
    device TEXT,
    verb TEXT NOT NULL,
    entities TEXT NOT NULL,
    fields TEXT NOT NULL,
    result TEXT NOT NULL,
    request_id TEXT NOT NULL,
    hmac TEXT NOT NULL,
    PRIMARY KEY (municipality, n)
);

-- The chain's last link per municipality; its row lock keeps the numbers in order.
CREATE TABLE audit_head (
    municipality TEXT PRIMARY KEY,
    n BIGINT NOT NULL,
    hmac TEXT NOT NULL
);

-- Files, reports.

-- What the last import said, so that the next one applies only what changed in the file.
CREATE TABLE import_row (
    municipality TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    row TEXT NOT NULL,
    PRIMARY KEY (municipality, kind, key)
);

-- Frozen reports: opened in four years, the same numbers.
CREATE TABLE snapshot (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL,
    cut_off TEXT NOT NULL,
    rule_version TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX snapshot_period ON snapshot (municipality, from_day, to_day, cut_off);
