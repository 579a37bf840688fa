/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/snapshot.h: the inside of a content snapshot, for the files of this folder only. */
#ifndef CONTENT_SNAPSHOT_H
#define CONTENT_SNAPSHOT_H

#include <stdatomic.h>

#include "content/content.h"
#include "content/document.h"
#include "content/flow.h"
#include "content/index.h"
#include "content/role.h"

/* One byte a day over the years that have a notice. */
typedef struct Calendar {
    Day first, last;           /* DAY_NONE: no year is known */
    const unsigned char *rest; /* 1: no workday; indexed by d - first */
    const Str *holiday;        /* name, or empty */
    const bool *known;         /* by d - first */
} Calendar;

struct Content {
    Arena *arena;
    atomic_int held;
    char version[13];
    bool as_built;            /* nothing but the embedded files, which the tests have proved */
    const ContentFile *files; /* by path */
    size_t file_count;
    const Dataset *datasets;
    size_t dataset_count;
    const CodeTable *tables;
    size_t table_count;
    const Period *periods;
    size_t period_count;
    Calendar calendar;
    const Division *divisions; /* by code, then year */
    size_t division_count;
    const OrganisationKind *organisations;
    size_t organisation_count;
    const TeamKind *teams;
    size_t team_count;
    const Role *roles;
    size_t role_count;
    const struct RoleFile *role_files; /* for their cases */
    size_t role_file_count;
    struct Purposes *purposes;
    const Flow *flows;
    size_t flow_count;
    const DocumentType *documents;
    size_t document_count;
    Index *dataset_index, *table_index, *period_index, *organisation_index, *team_index,
        *role_index, *flow_index, *document_index;
};

#define CONTENT_FILE_MAX ((size_t)2 << 20)
#define CONTENT_FILES_MAX 2000
#define DATASET_FIELDS_MAX 500

/* The loader's steps, in this order; each sets *e and returns false on the first mistake. */
bool load_files(Content *c, const char *overlay, Err *e);
bool load_codes(Content *c, Err *e);
bool load_datasets(Content *c, Err *e);
bool check_sealing(Content *c, Dataset *d, const Node *tree, Err *e);
bool load_periods(Content *c, Err *e);
/* Roles are read after periods: those that decide on extensions are looked up then. */
bool check_approvers(const Content *c, Err *e);
bool load_calendar(Content *c, Err *e);
bool load_divisions(Content *c, Err *e);
bool load_roles(Content *c, Err *e);
bool load_purposes(Content *c, Err *e);
bool load_flows(Content *c, Err *e);
bool load_documents(Content *c, Err *e);
/* Datasets name kinds of organisations: looked at when those are known. */
bool check_suppliers(const Content *c, Err *e);
/* Shared by datasets and flows: `tree` has the list `fields`, or `subjects`. They fill in what the
 * loader works out. */
bool check_field_list(const Content *c, Arena *a, Field *fields, size_t n, const Node *tree,
                      Err *e);
bool check_subjects(Dataset *d, const Node *tree, Err *e);

/* Shared by the loaders. `at` says where: ERR_CONTENT with file:line:column. */
bool content_fail(const Node *at, Err *e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Lower-case words of letters, digits and underscores that begin with a letter. */
bool content_id_fits(Str id, size_t most);
/* Does the id equal the file's name? */
bool content_id_check(const ContentFile *f, const char *key, Str id, Err *e);
/* The node of item i of the list `key`. */
const Node *content_item(const Node *map, const char *key, size_t i);
/* The value of `key` if it is there, else the map itself: the best place to point at. */
const Node *content_place(const Node *map, const char *key);

/* "没有…，是不是想写…": `what` is the kind of thing, in Chinese. Always false. */
bool content_unknown(const Node *at, const char *what, const NearestName *n, Err *e);
/* The same for a function that was asked by a caller: ERR_NOT_FOUND. */
bool content_not_found(const char *what, const NearestName *n, Err *e);
/* The status of every basis is one of the three. */
bool content_basis_check(const BindList *basis, const Node *tree, Err *e);
/* What roles are expected to allow: the cases of content/roles. */
void check_role_cases(const Content *c, Buf *report, size_t *passed, size_t *failed);

extern const Bind field_rows[], subject_rows[], dataset_rows[], code_entry_rows[],
    code_column_rows[], code_table_rows[], period_rows[], period_file_rows[], calendar_rows[],
    calendar_year_rows[], holiday_rows[], dataset_case_rows[], role_file_rows[],
    period_warning_rows[], period_suspends_rows[], period_extension_rows[],
    organisation_kind_rows[], department_kind_rows[], team_kind_rows[], role_rows_of[],
    role_rule_rows[], role_case_rows[], purpose_file_rows[], purpose_rows[], approval_kind_rows[],
    alarm_rule_rows[], retention_rows[], sealing_rows[], seal_test_rows[];

/* One case of a dataset: a row as it comes in, and what becomes of it. */
typedef struct DatasetCase {
    Str title, rejected, sealed;
    const Node *row, *accepted;
    BindList invalid; /* of Str: fields that are accepted as not valid */
} DatasetCase;

/* One case of a role: what it allows, and how far. */
typedef struct RoleCase {
    Str title, role;
    int permission, reach, fields; /* reach none: not allowed */
} RoleCase;

/* A file of content/roles: any of the lists. */
typedef struct RoleFile {
    Str title;
    BindList organisations, teams, roles; /* of OrganisationKind, TeamKind, Role */
    BindList cases;                       /* of RoleCase */
    const Node *tree;
} RoleFile;

/* role_check.c: what a file of content/roles must hold to; settle_rules before the rest. */
bool settle_rules(RoleFile *f, Err *e);
bool check_organisation_kind(const Content *c, const OrganisationKind *k, const Node *at, Err *e);
bool check_team_kind(const TeamKind *k, const Node *at, Err *e);
bool check_role(const Content *c, const Role *role, const Node *at, Err *e);
bool check_role_case(const Content *c, const RoleCase *k, const Node *at, Err *e);
bool check_roles_whole(const Content *c, Err *e);

#endif
