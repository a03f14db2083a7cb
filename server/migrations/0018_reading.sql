-- What a page or a push asks at every turn is found by an index, however much lies beside it.

-- The desk's head counts what waits; the operations that nobody waits for are a million.
ALTER TABLE op ADD COLUMN about_group TEXT;
ALTER TABLE op ADD COLUMN about_participant TEXT;
CREATE INDEX op_held ON op (municipality, received_at, op_id) WHERE outcome = 'held';
CREATE INDEX review_open ON review (municipality, created_at, id) WHERE state = 'open';

-- 1 for somebody who was registered the short way and waits for the rest, else NULL.
ALTER TABLE participant ADD COLUMN provisional BIGINT;
UPDATE participant SET provisional = 1 WHERE body LIKE '%"provisional":true%';
CREATE INDEX participant_provisional ON participant (municipality, sort_key, id) WHERE provisional = 1;

-- The groups of a season, and the stays of a group, without their bodies.
CREATE INDEX exercise_group_season ON exercise_group (municipality, provider, season_end, sort_key, id);
CREATE INDEX membership_stay ON membership (municipality, exercise_group, joined_on, left_on) WHERE deleted_at IS NULL;

CREATE INDEX group_staff_led ON group_staff (municipality, account, from_day, to_day, exercise_group);
CREATE INDEX stream_device ON stream (municipality, device, account);
CREATE INDEX staff_session_id ON staff_session (municipality, id);
CREATE INDEX incident_kind ON incident (municipality, kind, on_day);
CREATE INDEX account_listed ON account (municipality, organisation, sort_key, id);
