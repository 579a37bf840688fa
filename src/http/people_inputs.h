/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/people_inputs.h: what requests may say about organisations, people, teams and grants. */
#ifndef HTTP_PEOPLE_INPUTS_H
#define HTTP_PEOPLE_INPUTS_H

#include "base/day.h"
#include "data/bind.h"

typedef struct UnitIn {
    Str kind, name, short_name, division, letters;
    int64_t parent, superior;
    bool departments;
} UnitIn;
extern const Bind unit_new_in[], unit_change_in[];

typedef struct DepartmentIn {
    Str kind, name;
} DepartmentIn;
extern const Bind department_new_in[], department_change_in[];

typedef struct PeopleQuery {
    Str text, role, cursor;
    int64_t organisation, limit;
} PeopleQuery;
extern const Bind people_query[];

typedef struct PersonNew {
    Str login, name;
} PersonNew;
extern const Bind person_new_in[];

typedef struct LeaveIn {
    Str successor;
} LeaveIn;
extern const Bind leave_in[];

typedef struct PostNew {
    Str login, role, title, since, until;
    int64_t organisation, department;
    bool liaison;
} PostNew;
extern const Bind post_new_in[];

typedef struct DelegationIn {
    Str receiver, reason, since, until;
} DelegationIn;
extern const Bind delegation_new_in[];

typedef struct MemberIn {
    Str login, name, duty, skills, since, until;
    int64_t organisation;
} MemberIn;
extern const Bind member_new_in[];

typedef struct TeamIn {
    Str kind, name, purpose, place, since, until;
    int64_t organisation, parent;
    BindList members; /* of MemberIn */
} TeamIn;
extern const Bind team_new_in[], team_change_in[];

typedef struct TeamQuery {
    Str kind;
} TeamQuery;
extern const Bind team_query[];

typedef struct TalentQuery {
    Str text, kind, division;
} TalentQuery;
extern const Bind talent_query[];

typedef struct ActivityIn {
    Day held_on;
    Str title;
} ActivityIn;
extern const Bind activity_new_in[];

typedef struct LeftOut {
    int64_t member;
} LeftOut;
typedef struct DrawIn {
    int64_t wanted;
    Str purpose;
    BindList left_out; /* of LeftOut */
} DrawIn;
extern const Bind draw_new_in[];

typedef struct GrantIn {
    Str kind, object, grantee, fields, since, until, purpose;
} GrantIn;
extern const Bind grant_new_in[];

typedef struct GrantQuery {
    Str kind, object;
} GrantQuery;
extern const Bind grant_query[];

typedef struct ExplainQuery {
    Str kind, id, login, dataset;
} ExplainQuery;
extern const Bind explain_query[];

typedef struct SheetQuery {
    Str name;
} SheetQuery;
extern const Bind sheet_query[];

typedef struct SetupUnitIn {
    Str kind, name, short_name, division;
    int64_t parent, superior;
} SetupUnitIn;
typedef struct SetupPersonIn {
    Str login, name, role, title, department, until;
    int64_t organisation;
    bool liaison;
} SetupPersonIn;
typedef struct SetupIn {
    SetupUnitIn home;
    BindList organisations, people; /* of SetupUnitIn, SetupPersonIn */
} SetupIn;
extern const Bind setup_in[];

#endif
