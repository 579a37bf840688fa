-- SPDX-License-Identifier: MulanPSL-2.0

-- name: certificate_add
-- Projection of certificate.issued.
INSERT INTO certificate (certificate, ordinal, kind, organisation, login, holder, label, issued, issuer, valid_from, valid_until,
    revoked, reason, revoker, uses, used, sequence)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, '', '', 0, 0, $12);

-- name: certificate_set_revoked
-- Projection of certificate.revoked: the first time counts.
UPDATE certificate SET revoked = $2, reason = $3, revoker = $4 WHERE certificate = $1 AND revoked = 0;

-- name: certificate_count_use
-- Projection of certificate.used.
UPDATE certificate SET uses = uses + 1, used = $2 WHERE certificate = $1;

-- name: certificate_newest
-- For the next ordinal.
SELECT MAX(ordinal) AS n FROM certificate;

-- name: certificate_by_serial
-- One certificate.
SELECT certificate AS serial, kind, organisation, login, holder, label, issued, valid_from, valid_until, revoked, reason, sequence FROM certificate
WHERE certificate = $1;

-- name: certificate_root
-- The root: the newest that was not revoked.
SELECT certificate AS serial, kind, organisation, login, holder, label, issued, valid_from, valid_until, revoked, reason, sequence FROM certificate
WHERE kind = 'root' AND revoked = 0 ORDER BY ordinal DESC LIMIT 1;

-- name: certificates_of_person
-- His certificates for one house, the newest first.
SELECT certificate AS serial, kind, organisation, login, holder, label, issued, valid_from, valid_until, revoked, reason, sequence FROM certificate
WHERE kind = 'person' AND login = $1 AND organisation = $2 ORDER BY ordinal DESC;

-- name: certificates_of_house
-- Of its seal, the newest first.
SELECT certificate AS serial, kind, organisation, login, holder, label, issued, valid_from, valid_until, revoked, reason, sequence FROM certificate
WHERE kind = 'organisation' AND organisation = $1 ORDER BY ordinal DESC;

-- name: certificates_of_login
-- All of a person's.
SELECT certificate AS serial, kind, organisation, login, holder, label, issued, valid_from, valid_until, revoked, reason, sequence FROM certificate
WHERE kind = 'person' AND login = $1 ORDER BY ordinal DESC;

-- name: certificate_list
-- All of them with the names people know, the newest first.
SELECT c.certificate AS serial, c.kind, c.organisation, c.login, c.holder, c.label, c.issued, c.issuer, c.valid_from, c.valid_until, c.revoked,
    c.reason, c.revoker, c.uses, c.used, coalesce(o.name, '') AS organisation_name, coalesce(a.name, '') AS name
FROM certificate c LEFT JOIN organisation o ON o.organisation = c.organisation LEFT JOIN account a ON a.login = c.login
ORDER BY c.ordinal DESC;

-- name: certificate_revoked_list
-- For the list that everybody may ask for.
SELECT certificate AS serial, revoked, reason FROM certificate WHERE revoked > 0 ORDER BY revoked, ordinal;

-- name: certificate_post
-- Where somebody is employed: to whose house his certificate belongs.
SELECT organisation FROM appointment WHERE login = $1 AND (until IS NULL OR until > $2) AND ($3 = 0 OR organisation = $3)
ORDER BY appointment LIMIT 1;

-- name: seal_picture_set
-- Projection of seal.changed.
INSERT INTO seal_picture (organisation, digest, bytes, actor, at, sequence) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (organisation) DO UPDATE SET digest = excluded.digest, bytes = excluded.bytes, actor = excluded.actor,
    at = excluded.at, sequence = excluded.sequence;

-- name: seal_picture_remove
-- Projection of seal.changed without a picture: the program draws it again.
DELETE FROM seal_picture WHERE organisation = $1;

-- name: seal_picture_get
-- Where the picture of a house lies.
SELECT digest, bytes, actor, at, sequence FROM seal_picture WHERE organisation = $1;
