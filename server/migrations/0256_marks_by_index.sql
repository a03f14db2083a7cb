-- Who was marked how in each session: of a report that reads all of them, and of a roll. And the same by person, or else
-- SQLite takes the other for that.
DROP INDEX attendance_session;
CREATE INDEX attendance_session ON attendance (municipality, session, deleted_at, participant, mark);
DROP INDEX attendance_participant;
CREATE INDEX attendance_participant ON attendance (municipality, participant, session, deleted_at, mark);
