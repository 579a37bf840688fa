-- SPDX-License-Identifier: MulanPSL-2.0

-- name: matter_task_roles
-- Projection of a task that several roles of one house may do.
-- whole: projection
UPDATE matter_task SET roles = $3 WHERE matter = $1 AND id = $2;
