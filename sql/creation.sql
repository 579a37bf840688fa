-- SPDX-License-Identifier: MulanPSL-2.0

-- name: creation_get
-- Was this asked for before?
SELECT digest, early, status, generation, body, at FROM creation WHERE key = $1;

-- name: creation_tidy
-- What is a day old goes; so does a claim that was made beforehand by somebody who is gone.
DELETE FROM creation WHERE at < $1 OR (key = $2 AND status = 0 AND early = 1 AND at < $3);

-- name: creation_claim
-- Nobody else may do it now.
INSERT INTO creation (key, digest, early, status, generation, body, at) VALUES ($1, $2, $3, 0, 0, NULL, $4)
ON CONFLICT (key) DO NOTHING;

-- name: creation_answer
-- How it was answered.
INSERT INTO creation (key, digest, early, status, generation, body, at) VALUES ($1, $2, 0, $3, $4, $5, $6)
ON CONFLICT (key) DO UPDATE SET status = excluded.status, generation = excluded.generation, body = excluded.body;

-- name: creation_drop
-- What failed may be tried again.
DELETE FROM creation WHERE key = $1 AND status = 0;
