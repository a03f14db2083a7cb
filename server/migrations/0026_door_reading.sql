-- What every sign-in forgets, the tablets of an organisation, and the sessions of a tablet are found by an index, too.
CREATE INDEX known_place_seen ON known_place (seen_at);
CREATE INDEX device_listed ON device (municipality, organisation);
CREATE INDEX staff_session_device ON staff_session (municipality, device);
