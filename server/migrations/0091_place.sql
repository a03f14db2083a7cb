-- Places in which groups meet. Each belongs to the organisation that looks after it.
CREATE TABLE place (
    municipality TEXT NOT NULL,
    organisation TEXT NOT NULL,
    id TEXT NOT NULL,
    rev BIGINT NOT NULL,
    sort_key TEXT NOT NULL,
    body TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    PRIMARY KEY (municipality, organisation, id)
);
CREATE INDEX place_sort ON place (municipality, organisation, sort_key, id);
