-- Records of one person: which one stands for the others.
ALTER TABLE participant ADD COLUMN same_as TEXT;
CREATE INDEX participant_same ON participant (municipality, same_as) WHERE same_as IS NOT NULL;
