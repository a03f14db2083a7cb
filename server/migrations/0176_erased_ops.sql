-- Operations whose text is gone, since somebody was erased: tablets forget theirs, which a pull asks for at every turn.
CREATE INDEX op_erased ON op (municipality, stream) WHERE body = '';
