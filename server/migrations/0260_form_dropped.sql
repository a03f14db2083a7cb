-- What was filled in stays for a day after somebody dropped the form, so that a slip can be taken back.
CREATE INDEX application_form_dropped ON application_form (municipality, settled_at) WHERE body IS NOT NULL;
