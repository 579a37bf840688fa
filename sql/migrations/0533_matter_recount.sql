-- SPDX-License-Identifier: MulanPSL-2.0
-- How far open periods have been counted anew by which content: what a stop or a crash cut short goes on where it was.
CREATE TABLE matter_recount (
    id BIGINT NOT NULL PRIMARY KEY,
    version TEXT NOT NULL,
    after TEXT NOT NULL,
    done BOOLEAN NOT NULL
);
