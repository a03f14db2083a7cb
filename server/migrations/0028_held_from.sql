-- How many operations of a tablet's streams wait for a person: there is a limit to them.
CREATE INDEX op_held_stream ON op (municipality, stream) WHERE outcome = 'held';
