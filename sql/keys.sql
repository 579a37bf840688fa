-- SPDX-License-Identifier: MulanPSL-2.0

-- name: matter_key_older
-- Subjects' keys still wrapped by an older generation of the master key.
SELECT subject, born, wrapped, generation FROM matter_key WHERE generation < $1
ORDER BY generation, subject LIMIT $2;

-- name: matter_key_older_count
-- How many are left to wrap anew.
SELECT count(*) AS n FROM matter_key WHERE generation < $1;

-- name: matter_key_count
-- Of how many.
SELECT count(*) AS n FROM matter_key;

-- name: matter_key_rewrap
-- The same key under a younger generation.
UPDATE matter_key SET wrapped = $2, generation = $3 WHERE subject = $1;

-- name: key_rotation_begin
-- The journal went over to this generation; sealed data follow.
INSERT INTO key_rotation (generation, mark, started_at, started_by, ended_at, subject_keys, rows)
VALUES ($1, $2, $3, $4, NULL, 0, 0);

-- name: key_rotation_end
-- Nothing is sealed by an older generation any more.
UPDATE key_rotation SET ended_at = $2, subject_keys = $3, rows = $4 WHERE generation = $1;

-- name: key_rotation_last
-- The newest one, under way or done.
SELECT generation, mark, started_at, started_by, ended_at, subject_keys, rows FROM key_rotation
ORDER BY generation DESC LIMIT 1;

-- name: sessions_all_gone
-- In a restored installation nobody is signed in.
DELETE FROM session;

-- name: clues_all_count
-- For the report of a restore.
-- whole: a restore is proven over everything
SELECT count(*) AS n FROM clue;
