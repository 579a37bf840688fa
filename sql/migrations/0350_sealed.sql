-- SPDX-License-Identifier: MulanPSL-2.0
-- What a batch brought that the law seals, counted apart: received … corrected count the open rows alone. sealable: its
-- dataset can hold sealed rows, so nothing is told that would weigh them. clue.sealed: 0 open; 1 found by looking at sealed
-- rows too, with numbers of a series of its own; 2 found among open rows that were sealed afterwards.
ALTER TABLE batch ADD COLUMN sealable BIGINT NOT NULL DEFAULT 0;
ALTER TABLE batch ADD COLUMN sealed_received BIGINT NOT NULL DEFAULT 0;
ALTER TABLE batch ADD COLUMN sealed_accepted BIGINT NOT NULL DEFAULT 0;
ALTER TABLE batch ADD COLUMN sealed_duplicates BIGINT NOT NULL DEFAULT 0;
ALTER TABLE batch ADD COLUMN sealed_corrected BIGINT NOT NULL DEFAULT 0;
