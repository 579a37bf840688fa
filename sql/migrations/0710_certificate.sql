-- SPDX-License-Identifier: MulanPSL-2.0
-- Certificates of persons and of organisations' seals, and the root that signs them. The certificate itself and, where it is not
-- in a token, its private key lie in the journal, in the sealed part of the entry `sequence`: so a new master key, a backup and
-- deletion reach them like all other secrets. Instants are numbers, as in scopes; `revoked` 0: it was not.
CREATE TABLE certificate (
    certificate TEXT NOT NULL PRIMARY KEY,
    ordinal BIGINT NOT NULL,
    kind TEXT NOT NULL,
    organisation BIGINT NOT NULL,
    login TEXT NOT NULL,
    holder TEXT NOT NULL,
    label TEXT NOT NULL,
    issued BIGINT NOT NULL,
    issuer TEXT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_until BIGINT NOT NULL,
    revoked BIGINT NOT NULL,
    reason TEXT NOT NULL,
    revoker TEXT NOT NULL,
    uses BIGINT NOT NULL,
    used BIGINT NOT NULL,
    sequence BIGINT NOT NULL
);
CREATE INDEX certificate_of_login ON certificate (login, kind, revoked);
CREATE INDEX certificate_of_organisation ON certificate (organisation, kind, revoked);

-- The picture of an organisation's seal lies in the sealed part of the entry `sequence`.
CREATE TABLE seal_picture (
    organisation BIGINT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    sequence BIGINT NOT NULL
);
