-- SPDX-License-Identifier: MulanPSL-2.0
-- A task that several roles of one house may do: `role` is '*', and they stand here as '|one|other|'.
ALTER TABLE matter_task ADD COLUMN roles TEXT NOT NULL DEFAULT '';
