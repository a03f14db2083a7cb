-- The log as it is read: by whom, when, and about whom. What a row tells of people follows from its ids.
CREATE TABLE audit_about (
    municipality TEXT NOT NULL,
    participant TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (municipality, participant, n)
);
CREATE INDEX audit_by_actor ON audit (municipality, actor, n);
CREATE INDEX audit_by_time ON audit (municipality, at);
