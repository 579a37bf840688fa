-- SPDX-License-Identifier: MulanPSL-2.0

-- name: batch_add
-- Projection of "batch.imported".
-- whole: projection
INSERT INTO batch (batch, dataset, dataset_title, dataset_version, file_name, size, digest, mapping, source, format,
    encoding, sheet, header_line, received, accepted, duplicates, rejected, corrected, listed, bad_bytes, milliseconds,
    rejects_file, distinct_approximate, actor, at, organisation, sealed, sealable, sealed_received, sealed_accepted,
    sealed_duplicates, sealed_corrected, sealing_mark)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
    $26, $27, $28, $29, $30, $31, $32, $33);

-- name: batch_judged
-- Projection of "rows.judged": from now on nothing of these batches weighs what may be sealed in them.
-- whole: projection
UPDATE batch SET sealing_mark = $2, sealable = CASE WHEN $2 = '' THEN sealable ELSE 1 END WHERE dataset = $1;

-- name: batch_judged_otherwise
-- Batches whose rows were judged by other sealing rules.
-- whole: judging looks at all rows
SELECT COUNT(*) AS batches FROM batch WHERE dataset = $1 AND sealing_mark <> $2;

-- name: rows_judged_set
-- Projection of "rows.judged".
INSERT INTO rows_judged (dataset, judging, mark, actor, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (dataset) DO UPDATE SET judging = excluded.judging, mark = excluded.mark, actor = excluded.actor, at = excluded.at;

-- name: rows_judged_last
-- The last judging of a dataset.
SELECT judging, mark, actor, at FROM rows_judged WHERE dataset = $1;

-- name: batch_rows_sealed
-- Projection of "rows.sealed" and, below zero, "rows.opened": rows the batch brought that are sealed, or open, since.
-- whole: projection
UPDATE batch SET received = received - $2, accepted = accepted - $2, corrected = corrected - $3,
    sealed_received = sealed_received + $2, sealed_accepted = sealed_accepted + $2, sealed_corrected = sealed_corrected + $3
WHERE batch = $1;

-- name: clue_of_row_seal
-- Projection of "rows.sealed": clues that rest on the row.
-- whole: projection
UPDATE clue SET sealed = 2 WHERE sealed = 0 AND id IN (SELECT clue FROM clue_evidence WHERE dataset = $1 AND row_id = $2);

-- name: batch_field_add
-- Projection of "batch.imported": quality and mapping of one field.
-- whole: projection
INSERT INTO batch_field (batch, position, field, title, header, how, filled, valid, distinct_values, out_of_range)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: mapping_set
-- Projection of "mapping.saved".
INSERT INTO mapping (source, dataset, columns, actor, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (source) DO UPDATE SET dataset = excluded.dataset, columns = excluded.columns, actor = excluded.actor,
    at = excluded.at;

-- name: mapping_get
-- The mapping people confirmed for files with these headers.
SELECT columns FROM mapping WHERE source = $1;

-- name: batch_newest
-- The newest batch whose event is in the journal: what the pool may show, and what the next batch counts from.
-- whole: what is visible counts all batches
SELECT COALESCE(MAX(batch), 0) AS batch FROM batch;

-- name: batch_of_size
-- Has a file of this size come into this dataset before? Asked before taking its digest.
-- whole: the same file may have come from anybody
SELECT COUNT(*) AS batches FROM batch WHERE dataset = $1 AND size = $2;

-- name: batch_same
-- The same file read in the same way: nothing in it is new.
-- whole: the same file may have come from anybody
SELECT batch, received, rejected, listed, bad_bytes, rejects_file, sealed_received FROM batch
WHERE dataset = $1 AND digest = $2 AND mapping = $3 ORDER BY batch DESC LIMIT 1;

-- name: batch_page
-- Batches, newest first; an empty dataset means all.
SELECT batch, dataset, dataset_title, file_name, format, encoding, received, accepted, duplicates, rejected, corrected,
    milliseconds, actor, at, rejects_file
FROM {batch} WHERE ($1 = '' OR dataset = $1) AND batch < $2 ORDER BY batch DESC LIMIT $3;

-- name: batch_count
-- How many batches the list has in all.
SELECT COUNT(*) AS total FROM {batch} WHERE ($1 = '' OR dataset = $1);

-- name: batch_get
-- Everything about one batch.
SELECT batch, dataset, dataset_title, dataset_version, file_name, size, digest, source, format, encoding, sheet,
    header_line, received, accepted, duplicates, rejected, corrected, listed, bad_bytes, milliseconds, rejects_file,
    distinct_approximate, actor, at, sealed_received, sealed_accepted, sealed_duplicates
FROM {batch} WHERE batch = $1;

-- name: batch_fields
-- Quality and mapping, in the order of the dataset's fields.
SELECT f.field, f.title, f.header, f.how, f.filled, f.valid, f.distinct_values, f.out_of_range
FROM {batch} b JOIN batch_field f ON f.batch = b.batch WHERE b.batch = $1 ORDER BY f.position;

-- name: batch_totals
-- Per dataset: how many batches, and when the last one came.
SELECT dataset, COUNT(*) AS batches, MAX(at) AS last_import, MAX(batch) AS last_batch FROM {batch} GROUP BY dataset ORDER BY dataset;

-- name: batch_file
-- For the lineage of a row: which file brought it, and when.
SELECT file_name, at, actor FROM {batch} WHERE batch = $1;
