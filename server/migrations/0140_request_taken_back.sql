-- What somebody asked for and took back before it was answered waits no more; the desk is told of it for a while.
ALTER TABLE rights_request ADD COLUMN taken_back_on TEXT;
CREATE INDEX rights_request_taken_back ON rights_request (municipality, taken_back_on) WHERE taken_back_on IS NOT NULL;
