-- SPDX-License-Identifier: MulanPSL-2.0
-- name: overview_batches
-- Imports between two instants: how many, and what came of their rows.
SELECT COUNT(*) AS batches, COALESCE(SUM(received), 0) AS received, COALESCE(SUM(rejected), 0) AS rejected
FROM {batch} WHERE at >= $1 AND at < $2;

-- name: overview_rows_before
-- Live rows as they were at an instant: every accepted row that corrected none added one.
SELECT COALESCE(SUM(accepted - corrected), 0) AS live FROM {batch} WHERE at < $1;

-- name: overview_clues_open
-- Clues that were open at an instant, by level; a restored clue counts from its first day.
SELECT level, COUNT(*) AS clues FROM {clue}
WHERE found_at < $1 AND NOT (status = 'withdrawn' AND changed_at < $1) GROUP BY level;

-- name: overview_clues_found
-- Clues found between two instants.
SELECT COUNT(*) AS clues FROM {clue} WHERE found_at >= $1 AND found_at < $2;

-- name: overview_clues_withdrawn
-- Clues withdrawn between two instants.
SELECT COUNT(*) AS clues FROM {clue} WHERE status = 'withdrawn' AND changed_at >= $1 AND changed_at < $2;

-- name: overview_days_found
-- Clues found by day; instants are written in China's time.
SELECT SUBSTR(found_at, 1, 10) AS day, COUNT(*) AS clues FROM {clue} WHERE found_at >= $1
GROUP BY SUBSTR(found_at, 1, 10) ORDER BY 1;

-- name: overview_days_withdrawn
-- Clues withdrawn by day.
SELECT SUBSTR(changed_at, 1, 10) AS day, COUNT(*) AS clues FROM {clue} WHERE status = 'withdrawn' AND changed_at >= $1
GROUP BY SUBSTR(changed_at, 1, 10) ORDER BY 1;
