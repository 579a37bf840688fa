-- SPDX-License-Identifier: MulanPSL-2.0

-- name: template_add
-- Projection of "template.added".
INSERT INTO document_template (template, type, organisation, version, name, note, digest, size, first_day, last_day, state, at,
    actor)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'active', $11, $12);

-- name: template_set
-- Projection of "template.retired" and "template.restored".
UPDATE document_template SET state = $2 WHERE template = $1;

-- name: template_forget
-- Projection of "key.destroyed": what people typed about it.
UPDATE document_template SET name = '', note = '' WHERE template = $1;

-- name: template_newest
-- Numbers are given in order.
SELECT MAX(template) AS template FROM document_template;

-- name: template_newest_version
-- Versions of one office's templates for one kind are counted.
SELECT MAX(version) AS version FROM document_template WHERE type = $1 AND organisation = $2;

-- name: template_get
-- One template.
SELECT template, type, organisation, version, name, note, digest, size, first_day, last_day, state, at, actor
FROM document_template WHERE template = $1;

-- name: template_list
-- All of a kind, of an organisation, or all of all: those of one office for one kind stand together, the newest first.
SELECT template, type, organisation, version, name, note, digest, size, first_day, last_day, state, at, actor
FROM document_template WHERE ($1 = '' OR type = $1) AND ($2 = 0 OR organisation = $2)
ORDER BY type, organisation, version DESC LIMIT 5000;

-- name: template_in_force
-- What an office's drafts of that kind are written on, on that day: its newest.
SELECT digest FROM document_template
WHERE type = $1 AND organisation = $2 AND state = 'active' AND first_day <= $3 AND last_day >= $3
ORDER BY version DESC LIMIT 1;

-- name: template_fits
-- Is this template of that office in force on that day?
SELECT COUNT(*) AS n FROM document_template
WHERE type = $1 AND organisation = $2 AND digest = $3 AND state = 'active' AND first_day <= $4 AND last_day >= $4;

-- name: template_known
-- Has the office this very file as a template for that kind already?
SELECT version FROM document_template
WHERE type = $1 AND organisation = $2 AND digest = $3 AND state = 'active' ORDER BY version DESC LIMIT 1;

-- name: template_superior
-- Whose templates an office takes where it has none of its own.
SELECT coalesce(superior, 0) AS superior FROM organisation WHERE organisation = $1;
