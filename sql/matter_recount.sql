-- SPDX-License-Identifier: MulanPSL-2.0

-- name: matter_recount_get
-- Where counting anew stands; no row before the first time.
SELECT version, after, done FROM matter_recount WHERE id = 1;

-- name: matter_recount_put
-- A page of matters has been counted anew.
INSERT INTO matter_recount (id, version, after, done) VALUES (1, $1, $2, $3)
ON CONFLICT (id) DO UPDATE SET version = excluded.version, after = excluded.after, done = excluded.done;

-- name: matter_recount_left
-- How many matters with running clocks there are yet to count anew.
-- whole: clocks run for everybody
SELECT COUNT(DISTINCT matter) AS n FROM matter_clock
WHERE state IN ('running', 'suspended', 'lapsed') AND period <> '' AND matter > $1;
