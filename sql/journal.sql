-- SPDX-License-Identifier: MulanPSL-2.0

-- name: journal_insert
-- Append one entry; the chain is computed by store/journal.c.
INSERT INTO journal (sequence, at, actor, organisation, kind, subject, body, secret, hash, mac)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: journal_head
-- How long the chain is and how it ends; no row before the first entry.
SELECT sequence, at, hash, mac, fingerprint FROM journal_head WHERE id = 1;

-- name: journal_ends
-- Is the journal there that its head speaks of?
SELECT MIN(sequence) AS first, MAX(sequence) AS last, (SELECT j.hash FROM journal j WHERE j.sequence = $1) AS hash
FROM journal;

-- name: journal_head_set
-- Written once per commit, after the last entry of the group.
INSERT INTO journal_head (id, sequence, at, hash, mac, fingerprint) VALUES (1, $1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, at = excluded.at,
    hash = excluded.hash, mac = excluded.mac, fingerprint = excluded.fingerprint;

-- name: journal_all
-- The whole chain in order, for verifying.
SELECT sequence, at, actor, organisation, kind, subject, body, secret, hash, mac
FROM journal ORDER BY sequence;

-- name: journal_after
-- A page of the chain, for replaying: other statements run between two pages.
SELECT sequence, at, actor, organisation, kind, subject, body, secret, hash, mac
FROM journal WHERE sequence > $1 ORDER BY sequence LIMIT $2;

-- name: journal_of_subject
-- The history of one thing, newest first.
SELECT sequence, at, actor, organisation, kind, subject, body
FROM journal WHERE subject = $1 AND sequence < $2 ORDER BY sequence DESC LIMIT $3;

-- name: journal_entry
-- One entry, to read its secret part again.
SELECT sequence, at, actor, organisation, kind, subject, body, secret, hash, mac
FROM journal WHERE sequence = $1;

-- name: journal_latest
-- What happened lately, newest first.
SELECT sequence, at, actor, organisation, kind, subject, body
FROM journal WHERE sequence < $1 ORDER BY sequence DESC LIMIT $2;

-- name: matter_key_get
-- The wrapped key of a subject's secret bodies.
SELECT born, wrapped, generation FROM matter_key WHERE subject = $1;

-- name: matter_key_add
-- Made with the first secret body of a subject.
INSERT INTO matter_key (subject, born, wrapped, generation) VALUES ($1, $2, $3, $4);

-- name: matter_key_destroy
-- After this nobody can read the subject's secret bodies.
DELETE FROM matter_key WHERE subject = $1;

-- name: schema_versions
-- Which migrations this database has seen.
SELECT version FROM schema_version ORDER BY version;

-- name: schema_version_add
-- In the transaction of the migration itself.
INSERT INTO schema_version (version, name, applied_at) VALUES ($1, $2, $3);

-- name: columns_of_key sqlite
-- The primary key of a table, for reading projected rows in key order.
SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk;

-- name: columns_of_key postgresql
SELECT a.attname::text AS name
FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
WHERE i.indrelid = to_regclass($1::text) AND i.indisprimary
ORDER BY array_position(i.indkey::int2[], a.attnum);
