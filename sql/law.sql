-- SPDX-License-Identifier: MulanPSL-2.0

-- name: law_import_add
-- Projection of "laws.imported".
INSERT INTO law_import (import, digest, laws, texts, articles, added, bytes, actor, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: law_version_add
-- Projection of "laws.imported": a text that was not there before.
INSERT INTO law_version (law, version, title, category, category_title, digest, import)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: law_import_newest
-- For the next number, and whether the library in memory is the one in the store.
SELECT MAX(import) AS import FROM law_import;

-- name: law_imports
-- What the page tells of imports, newest first.
SELECT import, digest, laws, texts, articles, added, bytes, actor, at FROM law_import ORDER BY import DESC LIMIT 20;

-- name: law_versions
-- Every text with its law: what an import compares with.
SELECT law, version, title, category, category_title, digest, import FROM law_version ORDER BY law, version;

-- name: law_texts
-- The library as a whole, for memory. A version without its text has none to show until it is imported again.
SELECT v.law, v.version, v.title, v.category, v.category_title, v.digest, v.import, t.text
FROM law_version v LEFT JOIN law_text t ON t.digest = v.digest ORDER BY v.law, v.version;

-- name: law_text_add
-- Bulk text, found by its digest; it is there once.
INSERT INTO law_text (digest, text) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING;

-- name: law_text_sweep
-- Texts that no version names: of an import whose event never came.
DELETE FROM law_text WHERE digest NOT IN (SELECT digest FROM law_version);

-- name: law_text_digests
-- Texts that need not be sent again.
SELECT digest FROM law_text ORDER BY digest;
