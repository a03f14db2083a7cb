-- Numbers of a tablet's stream that it has declared lost: the server goes on behind them, and the desk names them.
CREATE TABLE hole (
    municipality TEXT NOT NULL,
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    from_n BIGINT NOT NULL,
    -- The last of them.
    to_n BIGINT NOT NULL,
    reason TEXT NOT NULL,
    declared_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX hole_open ON hole (municipality, declared_at, id) WHERE state = 'open';
