-- SPDX-License-Identifier: MulanPSL-2.0
-- The letters an organisation's numbers begin with (发文机关代字: 泸江检), as its data hold them; empty: its short name.
ALTER TABLE organisation ADD COLUMN letters TEXT NOT NULL DEFAULT '';
