-- SPDX-License-Identifier: MulanPSL-2.0
-- Which versions of flows matters in progress are pinned to is asked at every start: it must not read every long row.
CREATE INDEX matter_of_version ON matter (state, flow, version);
