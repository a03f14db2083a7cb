-- Who was erased: ids without content, by which nobody comes back from a backup. The same stands in a file beside the
-- secret.
CREATE TABLE erased (
    municipality TEXT NOT NULL,
    participant TEXT NOT NULL,
    at BIGINT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (municipality, participant)
);
