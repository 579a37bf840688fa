-- SPDX-License-Identifier: MulanPSL-2.0
-- Finding clues that may be the same: by the name of whom they are about, and the newest that people told.
CREATE INDEX clue_subject_name ON clue (subject_name);
CREATE INDEX clue_told ON clue (found_at, number) WHERE source <> 'model';
