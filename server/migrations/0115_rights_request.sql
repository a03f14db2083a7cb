-- What people ask for by their rights: on their own page, or by telephone, on paper or in person, entered at the desk.
CREATE TABLE rights_request (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    participant TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- Which part of the data is to be put right.
    part TEXT,
    words TEXT NOT NULL,
    -- In which the person asked and is answered.
    language TEXT NOT NULL,
    channel TEXT NOT NULL,
    received_on TEXT NOT NULL,
    due_on TEXT NOT NULL,
    -- The account at the desk; nothing for the person's own page.
    entered_by TEXT,
    extended_on TEXT,
    extended_why TEXT,
    answer TEXT,
    answered_on TEXT,
    answered_by TEXT,
    -- 1 as long as it is not answered.
    waits BIGINT,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX rights_request_participant ON rights_request (municipality, participant, received_on);
CREATE INDEX rights_request_waits ON rights_request (municipality, due_on) WHERE waits = 1;
