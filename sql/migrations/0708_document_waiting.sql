-- SPDX-License-Identifier: MulanPSL-2.0
-- What waits at a desk is found by its state, among however many that are done.
CREATE INDEX document_unfinished ON document (state, organisation) WHERE state IN ('draft', 'approving', 'approved', 'numbered', 'issued');
CREATE INDEX document_unanswered ON document (id) WHERE due <> '' AND answered = '';
