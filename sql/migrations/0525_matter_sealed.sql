-- SPDX-License-Identifier: MulanPSL-2.0
-- Names and texts of matters lie sealed under the matter's own key (docs/decisions/0016); what is looked for in titles stands
-- in `words` as keyed values. Rows of earlier versions are sealed at the next start: these indexes find them, and are empty after.
ALTER TABLE matter ADD COLUMN words TEXT;
CREATE INDEX matter_unsealed ON matter (id)
    WHERE (title IS NOT NULL AND substr(title, 1, 3) <> 's1:') OR (personal IS NOT NULL AND substr(personal, 1, 3) <> 's1:');
CREATE INDEX matter_message_unsealed ON matter_message (matter, number) WHERE text IS NOT NULL AND substr(text, 1, 3) <> 's1:';
