-- SPDX-License-Identifier: MulanPSL-2.0

-- name: matter_unsealed
-- Matters of earlier versions whose texts lie open.
-- whole: sealed by the program itself
SELECT id, title, personal FROM matter
WHERE ((title IS NOT NULL AND substr(title, 1, 3) <> 's1:') OR (personal IS NOT NULL AND substr(personal, 1, 3) <> 's1:'))
    AND id > $1 ORDER BY id LIMIT $2;

-- name: matter_seal_put
-- The same texts, sealed.
-- whole: sealed by the program itself
UPDATE matter SET title = $2, personal = $3, words = $4 WHERE id = $1;

-- name: matter_message_unsealed
-- Messages of earlier versions whose texts lie open.
-- whole: sealed by the program itself
SELECT matter, number, text FROM matter_message WHERE text IS NOT NULL AND substr(text, 1, 3) <> 's1:'
    AND matter > $1 ORDER BY matter, number LIMIT $2;

-- name: matter_message_seal_put
-- The same text, sealed.
-- whole: sealed by the program itself
UPDATE matter_message SET text = $3 WHERE matter = $1 AND number = $2;
