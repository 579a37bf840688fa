-- SPDX-License-Identifier: MulanPSL-2.0
-- By which sealing rules the rows of a batch were judged: empty for none, and for batches from before this was noted. When
-- content has others, all rows of the dataset are judged again; rows_judged names the last judging of each, so that one that
-- was cut short is told once.
ALTER TABLE batch ADD COLUMN sealing_mark TEXT NOT NULL DEFAULT '';
CREATE TABLE rows_judged (
    dataset TEXT NOT NULL PRIMARY KEY,
    judging TEXT NOT NULL,
    mark TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL
);
