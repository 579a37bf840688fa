-- SPDX-License-Identifier: MulanPSL-2.0
-- The desk takes the first of each list of tasks: by due day, then by the day they came.
DROP INDEX matter_task_login;
DROP INDEX matter_task_role;
CREATE INDEX matter_task_login ON matter_task (login, state, kind, due, opened, matter);
CREATE INDEX matter_task_role ON matter_task (organisation, role, state, kind, login, due, opened, matter);
CREATE INDEX matter_of_begun ON matter (actor, changed, ordinal, state, sealed, party_set);
DROP INDEX matter_of_actor;
