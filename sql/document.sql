-- SPDX-License-Identifier: MulanPSL-2.0

-- name: document_type_version_add
-- Projection of "document_type.published".
INSERT INTO document_type_version (type, version, title, text, at, sequence) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (type, version) DO NOTHING;

-- name: document_type_version_known
-- Is this text of the kind published already?
SELECT COUNT(*) AS n FROM document_type_version WHERE type = $1 AND version = $2;

-- name: document_type_version_get
-- The text that a document is pinned to.
SELECT title, text, at FROM document_type_version WHERE type = $1 AND version = $2;

-- name: document_number_last
-- The last number given in a series.
SELECT last FROM document_number WHERE organisation = $1 AND series = $2 AND year = $3;

-- name: document_number_set
-- Projection of an act that gave a number: never given twice.
INSERT INTO document_number (organisation, series, year, last) VALUES ($1, $2, $3, $4)
ON CONFLICT (organisation, series, year) DO UPDATE SET last = excluded.last;

-- name: document_number_unsound
-- Series whose numbers are not each there once: no document has them, or two have.
-- whole: the program looks after its own numbers
SELECT s.organisation, s.series, s.year, s.last, COUNT(d.id) AS n, COUNT(DISTINCT d.number_serial) AS distinct_n,
    COALESCE(MIN(d.number_serial), 0) AS least, COALESCE(MAX(d.number_serial), 0) AS most
FROM document_number s LEFT JOIN document d ON d.organisation = s.organisation AND d.series = s.series
    AND d.number_year = s.year
GROUP BY s.organisation, s.series, s.year, s.last
HAVING COUNT(d.id) <> s.last OR COUNT(DISTINCT d.number_serial) <> s.last OR COALESCE(MIN(d.number_serial), 0) <> 1
    OR COALESCE(MAX(d.number_serial), 0) <> s.last
ORDER BY s.organisation, s.series, s.year LIMIT 1;

-- name: document_number_strange
-- A document whose number belongs to no series.
-- whole: the program looks after its own numbers
SELECT d.number, d.organisation FROM document d WHERE d.number_serial > 0 AND NOT EXISTS (SELECT 1 FROM document_number s
    WHERE s.organisation = d.organisation AND s.series = d.series AND s.year = d.number_year) LIMIT 1;

-- name: document_next_ordinal
-- Documents are numbered in order; sealed ones apart, so that the others' numbers have no gap.
-- whole: numbers are given once
SELECT COALESCE(MAX(ordinal), 0) + 1 AS ordinal FROM document WHERE ordinal < 1000000000;

-- name: document_next_sealed
-- The series of documents of sealed matters.
-- whole: numbers are given once
SELECT COALESCE(MAX(ordinal), 1000000000) + 1 AS ordinal FROM document WHERE ordinal >= 1000000000;

-- name: document_state_of
-- The state as it stands: what an act begins with, and a projection goes on from.
-- whole: acts and projections need all of it
SELECT id, matter, tree, title, personal, words, party_set FROM document WHERE id = $1;

-- name: document_seen
-- What of a document is there for the asker.
SELECT id, matter, tree, title, personal FROM {document} WHERE id = $1;

-- name: document_put
-- Projection of "document.drafted" and "document.acted".
-- whole: projection
INSERT INTO document (id, ordinal, matter, type, version, code, type_group, template, organisation, state, author, opened,
    changed, number, series, number_year, number_serial, issued_on, numbered, pdf, step, answers, answered, due, assessment,
    revision, sealed, party_set, tree, title, personal, words, answered_on, served, flags)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
    $26, $27, $28, $29, $30, $31, $32, $33, $34, $35)
ON CONFLICT (id) DO UPDATE SET template = excluded.template, state = excluded.state, author = excluded.author,
    changed = excluded.changed, number = excluded.number, series = excluded.series, number_year = excluded.number_year,
    number_serial = excluded.number_serial, issued_on = excluded.issued_on, numbered = excluded.numbered,
    pdf = excluded.pdf, answers = excluded.answers, answered = excluded.answered, due = excluded.due,
    assessment = excluded.assessment, revision = excluded.revision, party_set = excluded.party_set, tree = excluded.tree,
    title = excluded.title, personal = excluded.personal, words = excluded.words,
    answered_on = excluded.answered_on, served = excluded.served, flags = excluded.flags;

-- name: document_set_add
-- A set that some document has.
INSERT INTO document_set (organisation, party_set) VALUES ($1, $2) ON CONFLICT (organisation, party_set) DO NOTHING;

-- name: document_set_drop
-- A set that no document has any more.
-- whole: projection
DELETE FROM document_set WHERE party_set = $1 AND NOT EXISTS (SELECT 1 FROM document d WHERE d.party_set = $1);

-- name: document_version_put
-- Projection of an act that made a version.
-- whole: projection
INSERT INTO document_version (document, id, revision, at, actor, kind) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (document, id) DO NOTHING;

-- name: document_approval_put
-- Projection of an act that changed this rung.
-- whole: projection
INSERT INTO document_approval (document, id, rung, organisation, role, department, state, at, actor)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (document, id) DO UPDATE SET state = excluded.state, at = excluded.at, actor = excluded.actor;

-- name: document_signature_put
-- Projection of a signature.
-- whole: projection
INSERT INTO document_signature (document, id, kind, organisation, login, certificate, at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (document, id) DO NOTHING;

-- name: document_service_put
-- Projection of an act that changed this service.
-- whole: projection
INSERT INTO document_service (document, id, kind, organisation, method, state, sent, opened, closed, day, server, opener,
    actor, file, receipt)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT (document, id) DO UPDATE SET method = excluded.method, state = excluded.state, opened = excluded.opened,
    closed = excluded.closed, day = excluded.day, opener = excluded.opener, actor = excluded.actor, file = excluded.file,
    receipt = excluded.receipt;

-- name: document_event_add
-- Projection of every act.
-- whole: projection
INSERT INTO document_event (document, revision, sequence, at, actor, verb, service) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: document_file_add
-- A sealed file that the document names.
-- whole: projection
INSERT INTO document_file (document, digest) VALUES ($1, $2) ON CONFLICT (document, digest) DO NOTHING;

-- name: document_events
-- The differences of a document, in order: where they lie in the journal.
-- whole: the fold goes over all of them; the caller has seen the document
SELECT revision, sequence, at, actor, verb, service FROM document_event WHERE document = $1 ORDER BY revision;

-- name: document_event_last
-- Who did what last.
-- whole: the caller acts on the document
SELECT at, actor, verb FROM document_event WHERE document = $1 ORDER BY revision DESC LIMIT 1;

-- name: document_forget
-- The key of a matter is destroyed: what its documents said goes.
-- whole: projection
UPDATE document SET title = NULL, personal = NULL, words = NULL WHERE matter = $1;

-- name: document_forget_files
-- The same for the files they name.
-- whole: projection
DELETE FROM document_file WHERE document IN (SELECT id FROM document WHERE matter = $1);

-- name: document_to_lay_out
-- Documents that have a number and no pages yet.
-- whole: finished by the program itself
SELECT id FROM document WHERE numbered <> '' AND pdf = '' AND state <> 'void' ORDER BY id LIMIT 1000;

-- name: document_of_author
-- What somebody is writing.
-- whole: handed over with his posts
SELECT id, ordinal, type FROM document WHERE author = $1 AND state IN ('draft', 'approving', 'approved', 'numbered') ORDER BY ordinal;

-- name: document_in_matter
-- The documents of a matter, newest first.
-- whole: values of a draft, and what is there already; the caller has seen the matter
SELECT id, type, code, number, issued_on, state, step, organisation, answered, opened, changed, author FROM document
WHERE matter = $1 ORDER BY ordinal DESC;

-- name: document_service_days
-- On which days the documents of a matter were served.
-- whole: values of a draft; the caller has seen the matter
SELECT s.document, MAX(s.day) AS day FROM document_service s JOIN document d ON d.id = s.document
WHERE d.matter = $1 AND s.kind = 'to' AND s.day <> '' GROUP BY s.document;

-- name: document_house
-- What a document says of an organisation.
SELECT organisation, kind, name, short_name, letters FROM organisation WHERE organisation = $1;

-- name: document_writer
-- What a document says of who writes it: his name, and his title at the organisation.
SELECT c.name, COALESCE((SELECT p.title FROM appointment p WHERE p.login = c.login AND p.organisation = $2 AND p.until IS NULL
    ORDER BY p.appointment LIMIT 1), '') AS title FROM account c WHERE c.login = $1;

-- name: document_count_in_matter
-- How many documents a matter has.
-- whole: a ceiling
SELECT COUNT(*) AS n FROM document WHERE matter = $1;
