/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/people_inputs.c: the rows that read what requests say about organisations and people. */
#include "http/people_inputs.h"

#include "http/inputs.h"

#define UNIT_ROWS(T)                                                                              \
    BIND_STR_MOST(T, name, "name", REQUIRED, 200, "full name"),                                   \
        BIND_STR_MOST(T, short_name, "short_name", OPTIONAL, 200, "for narrow places"),           \
        BIND_STR_MOST(T, division, "division", OPTIONAL, 12, "GB/T 2260, nine digits of a town"), \
        BIND_STR_MOST(T, letters, "letters", OPTIONAL, 40,                                        \
                      "with which numbers of documents begin; left out: as it was"),              \
        BIND_INT(T, parent, "parent", OPTIONAL, "number of the one it stands under"),             \
        BIND_INT(T, superior, "superior", OPTIONAL, "number of the one that leads it")

const Bind unit_new_in[] = {
    BIND_STR_MOST(UnitIn, kind, "kind", REQUIRED, 60, "id of its kind"),
    UNIT_ROWS(UnitIn),
    BIND_BOOL(UnitIn, departments, "departments", OPTIONAL, "with the usual departments"),
    BIND_END,
};
const Bind unit_change_in[] = {UNIT_ROWS(UnitIn), BIND_END};

const Bind department_new_in[] = {
    BIND_STR_MOST(DepartmentIn, kind, "kind", OPTIONAL, 60, "id of its kind"),
    BIND_STR_MOST(DepartmentIn, name, "name", REQUIRED, 200, "name"),
    BIND_END,
};
const Bind department_change_in[] = {
    BIND_STR_MOST(DepartmentIn, name, "name", REQUIRED, 200, "name"),
    BIND_END,
};

const Bind people_query[] = {
    BIND_STR_MOST(PeopleQuery, text, "text", OPTIONAL, 100, "part of login or name"),
    BIND_INT(PeopleQuery, organisation, "organisation", OPTIONAL, "with a post there"),
    BIND_STR_MOST(PeopleQuery, role, "role", OPTIONAL, 60, "with a post in this role"),
    BIND_STR_MOST(PeopleQuery, cursor, "cursor", OPTIONAL, 1000, "`next` of the page before"),
    {BIND_TYPE_INT, "limit", offsetof(PeopleQuery, limit), OPTIONAL, "items a page, default 50",
     NULL, 0, NULL, PAGE_MOST},
    BIND_END,
};

const Bind person_new_in[] = {
    BIND_STR_MOST(PersonNew, login, "login", REQUIRED, 64, "account"),
    BIND_STR_MOST(PersonNew, name, "name", REQUIRED, 100, "of the person"),
    BIND_END,
};
const Bind leave_in[] = {
    BIND_STR_MOST(LeaveIn, successor, "successor", OPTIONAL, 64, "login that takes over"),
    BIND_END,
};

const Bind post_new_in[] = {
    BIND_STR_MOST(PostNew, login, "login", REQUIRED, 64, "account"),
    BIND_STR_MOST(PostNew, role, "role", REQUIRED, 60, "id of the role"),
    BIND_INT(PostNew, organisation, "organisation", REQUIRED, "number"),
    BIND_INT(PostNew, department, "department", OPTIONAL, "number"),
    BIND_STR_MOST(PostNew, title, "title", OPTIONAL, 100, "post"),
    BIND_BOOL(PostNew, liaison, "liaison", OPTIONAL, "becomes the liaison officer"),
    BIND_STR_MOST(PostNew, since, "since", OPTIONAL, 40, "instant or day; absent: now"),
    BIND_STR_MOST(PostNew, until, "until", OPTIONAL, 40, "instant, or last day; absent: no end"),
    BIND_END,
};

const Bind delegation_new_in[] = {
    BIND_STR_MOST(DelegationIn, receiver, "receiver", REQUIRED, 64, "login"),
    BIND_STR_MOST(DelegationIn, reason, "reason", REQUIRED, 300, "why"),
    BIND_STR_MOST(DelegationIn, since, "since", OPTIONAL, 40, "instant or day; absent: now"),
    BIND_STR_MOST(DelegationIn, until, "until", REQUIRED, 40, "instant, or last day"),
    BIND_END,
};

const Bind member_new_in[] = {
    BIND_STR_MOST(MemberIn, login, "login", OPTIONAL, 64, "account; absent: none"),
    BIND_STR_MOST(MemberIn, name, "name", OPTIONAL, 100, "of a person without an account"),
    BIND_INT(MemberIn, organisation, "organisation", OPTIONAL, "number"),
    BIND_STR_MOST(MemberIn, duty, "duty", OPTIONAL, 100, "in the team"),
    BIND_STR_MOST(MemberIn, skills, "skills", OPTIONAL, 300, "what the person can do"),
    BIND_STR_MOST(MemberIn, since, "since", OPTIONAL, 40, "instant or day; absent: now"),
    BIND_STR_MOST(MemberIn, until, "until", OPTIONAL, 40, "instant, or last day"),
    BIND_END,
};

#define TEAM_TEXTS                                                               \
    BIND_STR_MOST(TeamIn, name, "name", REQUIRED, 200, "name"),                  \
        BIND_STR_MOST(TeamIn, purpose, "purpose", OPTIONAL, 300, "what for"),    \
        BIND_STR_MOST(TeamIn, place, "place", OPTIONAL, 300, "where a base is"), \
        BIND_STR_MOST(TeamIn, until, "until", OPTIONAL, 40, "instant, or last day")

const Bind team_new_in[] = {
    BIND_STR_MOST(TeamIn, kind, "kind", REQUIRED, 60, "id of its kind"),
    TEAM_TEXTS,
    BIND_INT(TeamIn, organisation, "organisation", REQUIRED, "number of the one that leads it"),
    BIND_INT(TeamIn, parent, "parent", OPTIONAL, "number of the team it is part of"),
    BIND_STR_MOST(TeamIn, since, "since", OPTIONAL, 40, "instant or day; absent: now"),
    BIND_OBJECTS(TeamIn, members, "members", OPTIONAL, member_new_in, MemberIn, "the first ones"),
    BIND_END,
};
const Bind team_change_in[] = {TEAM_TEXTS, BIND_END};

const Bind team_query[] = {
    BIND_STR_MOST(TeamQuery, kind, "kind", OPTIONAL, 60, "only this kind"),
    BIND_END,
};
const Bind talent_query[] = {
    BIND_STR_MOST(TalentQuery, text, "text", OPTIONAL, 100, "in name, skills or duty"),
    BIND_STR_MOST(TalentQuery, kind, "kind", OPTIONAL, 60, "kind of pool"),
    BIND_STR_MOST(TalentQuery, division, "division", OPTIONAL, 12, "leading digits"),
    BIND_END,
};
const Bind activity_new_in[] = {
    BIND_DATE(ActivityIn, held_on, "held_on", REQUIRED, "day"),
    BIND_STR_MOST(ActivityIn, title, "title", REQUIRED, 300, "what was done"),
    BIND_END,
};

static const Bind left_out_in[] = {
    BIND_INT(LeftOut, member, "member", REQUIRED, "number of the membership"),
    BIND_END,
};
const Bind draw_new_in[] = {
    BIND_INT(DrawIn, wanted, "wanted", REQUIRED, "how many"),
    BIND_STR_MOST(DrawIn, purpose, "purpose", REQUIRED, 300, "what for"),
    BIND_OBJECTS(DrawIn, left_out, "left_out", OPTIONAL, left_out_in, LeftOut,
                 "members with a conflict of interest"),
    BIND_END,
};

const Bind grant_new_in[] = {
    BIND_STR_MOST(GrantIn, kind, "kind", REQUIRED, 20, "clue or batch"),
    BIND_STR_MOST(GrantIn, object, "object", REQUIRED, 64, "its id"),
    BIND_STR_MOST(GrantIn, grantee, "grantee", REQUIRED, 80,
                  "person:login, organisation:number or team:number"),
    BIND_STR_MOST(GrantIn, fields, "fields", OPTIONAL, 20, "plain or personal; plain when absent"),
    BIND_STR_MOST(GrantIn, since, "since", OPTIONAL, 40, "instant or day; absent: now"),
    BIND_STR_MOST(GrantIn, until, "until", OPTIONAL, 40, "instant, or last day"),
    BIND_STR_MOST(GrantIn, purpose, "purpose", REQUIRED, 300, "what for"),
    BIND_END,
};
const Bind grant_query[] = {
    BIND_STR_MOST(GrantQuery, kind, "kind", REQUIRED, 20, "clue or batch"),
    BIND_STR_MOST(GrantQuery, object, "object", REQUIRED, 64, "its id"),
    BIND_END,
};
const Bind explain_query[] = {
    BIND_STR_MOST(ExplainQuery, kind, "kind", REQUIRED, 20, "clue, batch or row"),
    BIND_STR_MOST(ExplainQuery, id, "id", REQUIRED, 64,
                  "its id; of a row, the number of its batch"),
    BIND_STR_MOST(ExplainQuery, login, "login", OPTIONAL, 64, "whose view; absent: one's own"),
    BIND_END,
};
const Bind sheet_query[] = {
    BIND_STR_MOST(SheetQuery, name, "name", OPTIONAL, 255, "file name as the user knows it"),
    BIND_END,
};

static const Bind setup_home_in[] = {
    BIND_STR_MOST(SetupUnitIn, kind, "kind", OPTIONAL, 60, "id of its kind"),
    BIND_STR_MOST(SetupUnitIn, name, "name", OPTIONAL, 200, "full name"),
    BIND_STR_MOST(SetupUnitIn, short_name, "short_name", OPTIONAL, 200, "for narrow places"),
    BIND_STR_MOST(SetupUnitIn, division, "division", OPTIONAL, 12, "GB/T 2260"),
    BIND_END,
};
static const Bind setup_unit_in[] = {
    BIND_STR_MOST(SetupUnitIn, kind, "kind", REQUIRED, 60, "id of its kind"),
    BIND_STR_MOST(SetupUnitIn, name, "name", REQUIRED, 200, "full name"),
    BIND_STR_MOST(SetupUnitIn, short_name, "short_name", OPTIONAL, 200, "for narrow places"),
    BIND_STR_MOST(SetupUnitIn, division, "division", OPTIONAL, 12, "GB/T 2260"),
    BIND_INT(SetupUnitIn, parent, "parent", OPTIONAL,
             "place in this list, from 1; -1: the installation's own; 0: none"),
    BIND_INT(SetupUnitIn, superior, "superior", OPTIONAL, "the same for the one that leads it"),
    BIND_END,
};
static const Bind setup_person_in[] = {
    BIND_STR_MOST(SetupPersonIn, login, "login", REQUIRED, 64, "account"),
    BIND_STR_MOST(SetupPersonIn, name, "name", OPTIONAL, 100, "of the person, for a new account"),
    BIND_STR_MOST(SetupPersonIn, role, "role", REQUIRED, 60, "id of the role"),
    BIND_INT(SetupPersonIn, organisation, "organisation", OPTIONAL,
             "place in the list of organisations, from 1; 0: the installation's own"),
    BIND_STR_MOST(SetupPersonIn, department, "department", OPTIONAL, 60, "kind of department"),
    BIND_STR_MOST(SetupPersonIn, title, "title", OPTIONAL, 100, "post"),
    BIND_BOOL(SetupPersonIn, liaison, "liaison", OPTIONAL, "is the liaison officer"),
    BIND_STR_MOST(SetupPersonIn, until, "until", OPTIONAL, 40, "instant, or last day"),
    BIND_END,
};
const Bind setup_in[] = {
    BIND_OBJECT(SetupIn, home, "home", OPTIONAL, setup_home_in, "the installation's own"),
    BIND_OBJECTS(SetupIn, organisations, "organisations", OPTIONAL, setup_unit_in, SetupUnitIn,
                 "the others, higher ones first"),
    BIND_OBJECTS(SetupIn, people, "people", REQUIRED, setup_person_in, SetupPersonIn,
                 "three administrators and the first users"),
    BIND_END,
};
