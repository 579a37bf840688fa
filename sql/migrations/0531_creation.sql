-- SPDX-License-Identifier: MulanPSL-2.0
-- What was created under an Idempotency-Key, for a day: the row comes in the transaction that creates, so that no server, and none
-- after a crash, does it twice. `body` is the answer, sealed; status 0: done, or being done, and not answered yet.
CREATE TABLE creation (
    key TEXT NOT NULL PRIMARY KEY,
    digest BIGINT NOT NULL,
    early BOOLEAN NOT NULL,
    status BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    body BLOB,
    at BIGINT NOT NULL
);
CREATE INDEX creation_at ON creation (at);
