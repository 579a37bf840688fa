-- SPDX-License-Identifier: MulanPSL-2.0
-- What is counted of matters begun and ended stands in indexes: the rows are long, and a year has many of them.
CREATE INDEX matter_by_closed ON matter (closed, flow, outcome, opened, state, sealed, party_set, id);
CREATE INDEX matter_clock_ran_out ON matter_clock (matter) WHERE fired = 'lapsed' AND period <> '';
DROP INDEX matter_is_seen;
CREATE INDEX matter_is_seen ON matter (id, sealed, state, party_set, flow);
