-- SPDX-License-Identifier: MulanPSL-2.0
-- The calendar asks which periods end between two days; the figures, how long each step took.
CREATE INDEX matter_clock_day ON matter_clock (day, state);
CREATE INDEX matter_task_done ON matter_task (kind, state, matter, step, opened, closed);
