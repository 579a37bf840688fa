-- SPDX-License-Identifier: MulanPSL-2.0

-- name: service_to_prove
-- Documents with a service that ended, or that goes outside on paper, and has no 送达回证; and answers that were sent and
-- not looked at.
-- whole: finished by the program itself
SELECT document AS id FROM document_service s WHERE receipt = '' AND kind <> 'copy'
    AND ((organisation = 0 AND state = 'sent') OR (organisation <> 0 AND state IN ('signed', 'refused')))
UNION SELECT id FROM document WHERE answers <> '' AND flags = '' AND state = 'served' LIMIT 1000;

-- name: service_note
-- With which act a service was refused or registered: its note lies under that revision.
-- whole: the caller has the document
SELECT MAX(revision) AS revision FROM document_event WHERE document = $1 AND service = $2
    AND verb IN ('refuse', 'receipt', 'sign_for');
