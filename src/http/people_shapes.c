/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/people_shapes.c: shapes of organisations, people, teams, lots, grants and set-up. */
#include "http/people_shapes.h"

#include "http/shape_rows.h"

/* Lists that come whole: they have ceilings below. */
#define WHOLE(name, rows)                   \
    const Bind name[] = {                   \
        INT("total", "items"),              \
        LIST("items", rows, "all of them"), \
        BIND_END,                           \
    }
#define TERM                                                                       \
    TEXT("since", "instant"), MAYBE_TEXT("until", "instant; absent: without end"), \
        BOOL("active", "now")

/* --- organisations ---------------------------------------------------------------------------- */

const Bind liaison_out[] = {
    TEXT("login", "account"),
    TEXT("name", "of the person"),
    BIND_END,
};

#define ORGANISATION_ROWS                                                               \
    INT("organisation", "number"), TEXT("kind", "id of its kind"),                      \
        TEXT("kind_title", "in Chinese"),                                               \
        TEXT("side", "procuratorate, government, judiciary, people or other"),          \
        TEXT("name", "full name"), TEXT("short_name", "for narrow places"),             \
        MAYBE_TEXT("letters", "with which numbers of documents begin"),                 \
        INT("parent", "number of the one it stands under; 0: none"),                    \
        INT("superior", "number of the one that leads it; 0: the parent does"),         \
        MAYBE_TEXT("division", "GB/T 2260"), MAYBE_TEXT("division_name", "in Chinese"), \
        TEXT("state", "active or ended"), BOOL("addressee_only", "has no accounts"),    \
        BOOL("needs_liaison", "must have a liaison officer"),                           \
        BOOL("vacant", "a liaison officer is missing"),                                 \
        MAYBE_OBJECT("liaison", liaison_out, "the liaison officer")

const Bind organisation_item_out[] = {
    ORGANISATION_ROWS,
    INT("depth", "level in the tree, from 1"),
    INT("people", "with a post there now"),
    INT("departments", "open ones"),
    BIND_END,
};
WHOLE(organisation_list_out, organisation_item_out);

const Bind department_out[] = {
    INT("department", "number"),
    MAYBE_TEXT("kind", "id of its kind"),
    TEXT("name", "name"),
    BIND_END,
};
const Bind department_kind_out[] = {
    TEXT("kind", "id"),
    TEXT("title", "usual name"),
    MAYBE_TEXT("line", "business line"),
    BIND_END,
};
const Bind role_choice_out[] = {
    TEXT("role", "id"),
    TEXT("title", "in Chinese"),
    BOOL("ends", "the post must have an end"),
    BOOL("administrator", "stands alone"),
    BOOL("liaison", "makes the person the liaison officer"),
    BIND_END,
};
const Bind organisation_post_out[] = {
    INT("appointment", "number"),
    TEXT("login", "account"),
    MAYBE_TEXT("name", "of the person"),
    TEXT("state", "of the account: active or disabled"),
    TEXT("role", "id"),
    TEXT("role_title", "in Chinese"),
    INT("department", "number; 0: none"),
    MAYBE_TEXT("title", "post"),
    BOOL("liaison", "is the liaison officer"),
    TERM,
    BIND_END,
};
const Bind organisation_out[] = {
    ORGANISATION_ROWS,
    LIST("departments", department_out, "open ones"),
    LIST("people", organisation_post_out, "posts, ended ones too, newest first"),
    LIST("roles", role_choice_out, "roles that can be held there"),
    LIST("department_kinds", department_kind_out, "departments its kind usually has"),
    TEXTS("posts", "usual titles"),
    BIND_END,
};

const Bind organisation_kind_out[] = {
    TEXT("kind", "id"),
    TEXT("title", "what names end with"),
    TEXT("side", "procuratorate, government, judiciary, people or other"),
    MAYBE_TEXT("help", "what it does here"),
    BOOL("vertical", "led by its own superior"),
    BOOL("needs_liaison", "must have a liaison officer"),
    BOOL("addressee_only", "has no accounts"),
    BOOL("review", "a lawyer has to confirm it"),
    LIST("departments", department_kind_out, "usual departments"),
    TEXTS("roles", "ids of roles that can be held there"),
    BIND_END,
};
const Bind team_kind_out[] = {
    TEXT("kind", "id"),
    TEXT("title", "in Chinese"),
    MAYBE_TEXT("help", "what it is for"),
    INT("least", "fewest members; 0: any number"),
    MAYBE_TEXT("rule", "where that comes from"),
    BOOL("ends", "must have an end"),
    BOOL("parts", "may have teams inside"),
    BOOL("has_place", "has a place and activities"),
    BOOL("skills", "members are found by skills"),
    BOOL("outsiders", "members may have no account"),
    BOOL("drawn", "members can be drawn by lot"),
    BOOL("review", "a lawyer has to confirm it"),
    BIND_END,
};
const Bind kinds_out[] = {
    LIST("organisations", organisation_kind_out, "kinds of organisations"),
    LIST("teams", team_kind_out, "kinds of teams"),
    BIND_END,
};

/* --- roles ------------------------------------------------------------------------------------ */

const Bind role_rule_out[] = {
    TEXT("permission", "id"),
    TEXT("reach", "own, organisation, subtree or installation"),
    TEXT("fields", "plain or personal"),
    TEXT("sentence", "the rule in plain words"),
    BIND_END,
};
const Bind role_basis_out[] = {
    TEXT("law", "statute"),
    MAYBE_TEXT("article", "article"),
    MAYBE_TEXT("note", "what it says"),
    TEXT("status", "verified, verified-web or unverified"),
    BIND_END,
};
const Bind role_out[] = {
    TEXT("role", "id"),
    TEXT("title", "in Chinese"),
    MAYBE_TEXT("help", "who holds it"),
    MAYBE_TEXT("administrator", "which of the three, in Chinese"),
    BOOL("founder", "until set-up is done"),
    BOOL("ends", "posts must have an end"),
    BOOL("liaison", "makes the person the liaison officer"),
    BOOL("review", "a lawyer has to confirm it"),
    TEXTS("organisations", "kinds where it can be held, in Chinese; empty: any"),
    LIST("rules", role_rule_out, "what it allows"),
    LIST("basis", role_basis_out, "what it rests on"),
    BIND_END,
};
WHOLE(role_list_out, role_out);

/* --- people ----------------------------------------------------------------------------------- */

const Bind person_post_out[] = {
    INT("appointment", "number"),
    TEXT("role", "id"),
    TEXT("role_title", "in Chinese"),
    INT("organisation", "number"),
    TEXT("organisation_name", "full name"),
    INT("department", "number; 0: none"),
    MAYBE_TEXT("department_name", "name"),
    MAYBE_TEXT("title", "post"),
    BOOL("liaison", "is the liaison officer"),
    TERM,
    MAYBE_TEXT("granted_by", "login"),
    MAYBE_TEXT("granted_at", "instant"),
    MAYBE_TEXT("ended_by", "login"),
    BIND_END,
};
#define PERSON_ROWS                                                                 \
    TEXT("login", "account"), MAYBE_TEXT("name", "empty once forgotten"),           \
        BOOL("active", "may sign in"), BOOL("must_change", "has a given password"), \
        TEXT("created_at", "instant"), MAYBE_TEXT("last_sign_in_at", "instant; absent: never")

const Bind person_item_out[] = {
    PERSON_ROWS,
    LIST("posts", person_post_out, "open ones"),
    BIND_END,
};
PAGE(person_list_out, person_item_out);

const Bind delegation_out[] = {
    INT("delegation", "number"),
    TEXT("giver", "login"),
    MAYBE_TEXT("giver_name", "name"),
    TEXT("receiver", "login"),
    MAYBE_TEXT("receiver_name", "name"),
    MAYBE_TEXT("reason", "why"),
    TERM,
    MAYBE_TEXT("given_at", "instant"),
    MAYBE_TEXT("ended_by", "login"),
    BIND_END,
};
const Bind membership_out[] = {
    INT("member", "number"),
    INT("team", "number"),
    TEXT("kind", "of the team"),
    MAYBE_TEXT("team_name", "name"),
    MAYBE_TEXT("duty", "in the team"),
    MAYBE_TEXT("skills", "what the person can do"),
    TERM,
    BIND_END,
};
const Bind person_out[] = {
    PERSON_ROWS,
    LIST("posts", person_post_out, "ended ones too, newest first"),
    LIST("delegations", delegation_out, "given and received"),
    LIST("teams", membership_out, "teams, now and before"),
    BIND_END,
};
const Bind first_password_out[] = {
    TEXT("login", "account"),
    MAYBE_TEXT("name", "of the person"),
    TEXT("password", "told this once; must be changed"),
    BIND_END,
};
const Bind open_work_item_out[] = {
    TEXT("part", "appointment, team, delegation, grant …"),
    TEXT("part_title", "in Chinese"),
    INT("id", "number"),
    TEXT("title", "what it is"),
    BIND_END,
};
WHOLE(open_work_out, open_work_item_out);

const Bind numbered_out[] = {
    INT("number", "of what was made"),
    BIND_END,
};

/* --- teams and lots --------------------------------------------------------------------------- */

#define TEAM_ROWS                                                                           \
    INT("team", "number"), TEXT("kind", "id"), TEXT("kind_title", "in Chinese"),            \
        MAYBE_TEXT("name", "name"), INT("organisation", "number of the one that leads it"), \
        INT("parent", "number of the team it is part of; 0: none"),                         \
        MAYBE_TEXT("purpose", "what for"), MAYBE_TEXT("place", "where a base is"), TERM,    \
        BOOL("drawn", "members can be drawn by lot"),                                       \
        BOOL("has_place", "has a place and activities")

const Bind team_item_out[] = {
    TEAM_ROWS,
    MAYBE_TEXT("organisation_name", "full name"),
    INT("members", "now"),
    BIND_END,
};
WHOLE(team_list_out, team_item_out);

const Bind team_member_out[] = {
    INT("member", "number"),
    MAYBE_TEXT("login", "account; absent: none"),
    MAYBE_TEXT("name", "of the person"),
    INT("organisation", "number; 0: unknown"),
    MAYBE_TEXT("organisation_name", "full name"),
    MAYBE_TEXT("duty", "in the team"),
    MAYBE_TEXT("skills", "what the person can do"),
    TERM,
    BIND_END,
};
const Bind team_activity_out[] = {
    INT("activity", "number"), TEXT("held_on", "day"),     MAYBE_TEXT("title", "what was done"),
    TEXT("told_by", "login"),  TEXT("told_at", "instant"), BIND_END,
};
const Bind team_part_out[] = {
    INT("team", "number"),
    MAYBE_TEXT("name", "name"),
    BIND_END,
};
#define DRAW_ROWS                                                                \
    INT("draw", "number"), INT("team", "number"), TEXT("seed", "64 hex digits"), \
        MAYBE_TEXT("purpose", "what for"), INT("wanted", "how many were drawn"), \
        TEXT("drawn_by", "login"), TEXT("drawn_at", "instant")

const Bind draw_item_out[] = {
    DRAW_ROWS,
    BIND_END,
};
const Bind team_out[] = {
    TEAM_ROWS,
    LIST("members", team_member_out, "now and before, newest first"),
    LIST("activities", team_activity_out, "newest first"),
    LIST("parts", team_part_out, "teams inside"),
    LIST("draws", draw_item_out, "newest first"),
    BIND_END,
};
const Bind talent_out[] = {
    INT("member", "number"),
    INT("team", "number"),
    TEXT("kind_title", "kind of pool, in Chinese"),
    MAYBE_TEXT("team_name", "name of the pool"),
    MAYBE_TEXT("login", "account; absent: none"),
    MAYBE_TEXT("name", "of the person"),
    MAYBE_TEXT("duty", "in the pool"),
    MAYBE_TEXT("skills", "what the person can do"),
    MAYBE_TEXT("organisation_name", "full name"),
    MAYBE_TEXT("division", "of the organisation"),
    TERM,
    BIND_END,
};
WHOLE(talent_list_out, talent_out);

const Bind draw_member_out[] = {
    INT("position", "in the order the seed gave, then those left out"),
    INT("member", "number of the membership: what the key is made from"),
    TEXT("state", "drawn, rest or left_out"),
    MAYBE_TEXT("name", "of the person"),
    MAYBE_TEXT("login", "account; absent: none"),
    BIND_END,
};
const Bind draw_out[] = {
    DRAW_ROWS,
    LIST("members", draw_member_out, "everybody who took part"),
    BOOL("verified", "drawn again with the same seed just now, with the same result"),
    MAYBE_TEXT("problem", "what does not agree"),
    BIND_END,
};

/* --- grants ----------------------------------------------------------------------------------- */

const Bind grant_out[] = {
    INT("grant", "number"),
    TEXT("kind", "clue or batch"),
    TEXT("object", "its id"),
    TEXT("grantee", "person:login, organisation:number or team:number"),
    TEXT("fields", "plain or personal"),
    TERM,
    MAYBE_TEXT("purpose", "what for"),
    TEXT("granted_by", "login"),
    TEXT("granted_at", "instant"),
    MAYBE_TEXT("ended_by", "login"),
    BIND_END,
};
WHOLE(grant_list_out, grant_out);

const Bind explanation_out[] = {
    TEXT("login", "whose view it is"),
    BOOL("visible", "is seen; what is not seen does not exist"),
    TEXT("fields", "none, plain or personal"),
    TEXTS("reasons", "Chinese sentences: which posts reach it, or what they reach"),
    BIND_END,
};

/* --- sheets and set-up ------------------------------------------------------------------------ */

const Bind sheet_problem_out[] = {
    INT("line", "of the file"),
    TEXT("text", "what is wrong"),
    BIND_END,
};
const Bind sheet_result_out[] = {
    BOOL("done", "false: there are problems and nothing was changed"),
    INT("rows", "of the sheet"),
    INT("added", "new ones"),
    INT("changed", "changed ones"),
    INT("same", "as they were"),
    LIST("problems", sheet_problem_out, "the first fifty"),
    LIST("passwords", first_password_out, "of new accounts"),
    BIND_END,
};
const Bind setup_state_out[] = {
    BOOL("pending", "still to be done"),
    BOOL("mine", "the person who asks may do it"),
    TEXT("home", "name of the installation's own organisation"),
    TEXT("home_kind", "id of its kind"),
    MAYBE_TEXT("home_division", "GB/T 2260"),
    BIND_END,
};
const Bind setup_done_out[] = {
    INT("organisations", "made besides the installation's own"),
    LIST("passwords", first_password_out, "of new accounts, told this once"),
    BIND_END,
};
