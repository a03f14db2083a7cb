-- A talk that was noted by mistake and taken back stands in no list, and answers no other; the day says when.
ALTER TABLE talk ADD COLUMN taken_back_on TEXT;
