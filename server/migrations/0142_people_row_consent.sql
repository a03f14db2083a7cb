-- The table of people tells of no test that waits once consent to tests was taken back: those rows are drawn up anew.
INSERT INTO people_stale (municipality, participant)
SELECT DISTINCT municipality, participant FROM consent
WHERE purpose = 'health_tests' AND act = 'withdrawn' AND deleted_at IS NULL
ON CONFLICT (municipality, participant) DO NOTHING;
