-- A write that has seen what contradicted each other answers what is in question about its entity.
CREATE INDEX review_of ON review (municipality, eid);
