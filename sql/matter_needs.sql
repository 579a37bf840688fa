-- SPDX-License-Identifier: MulanPSL-2.0

-- name: matter_versions_open
-- The versions of flows that matters which go on are pinned to, and how many.
-- whole: new content must be able to read them for everybody
SELECT flow, version, COUNT(*) AS n FROM matter WHERE state IN ('open', 'suspended') GROUP BY flow, version
ORDER BY flow, version;
