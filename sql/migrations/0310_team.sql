-- SPDX-License-Identifier: MulanPSL-2.0
-- What organisations, posts and teams need further: which of the three administrators a post is, places and activities
-- of bases, and drawn lots. All are projections of the journal.
ALTER TABLE appointment ADD COLUMN administrator BIGINT NOT NULL DEFAULT 0;
ALTER TABLE team ADD COLUMN place TEXT NOT NULL DEFAULT '';

CREATE TABLE team_activity (
    activity BIGINT NOT NULL PRIMARY KEY,
    team BIGINT NOT NULL,
    held_on TEXT NOT NULL,
    title TEXT NOT NULL,
    told_by TEXT NOT NULL,
    told_at TEXT NOT NULL
);
CREATE INDEX team_activity_team ON team_activity (team, held_on);

-- A lot: who took part is in draw_member, in the order the seed gave.
CREATE TABLE draw (
    draw BIGINT NOT NULL PRIMARY KEY,
    team BIGINT NOT NULL,
    seed TEXT NOT NULL,
    purpose TEXT NOT NULL,
    wanted BIGINT NOT NULL,
    drawn_by TEXT NOT NULL,
    drawn_at TEXT NOT NULL
);

CREATE TABLE draw_member (
    draw BIGINT NOT NULL,
    position BIGINT NOT NULL,
    member BIGINT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (draw, position)
);
