/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/sheet.h: organisations and people as sheets with Chinese headers (XLSX, CSV), out and in.
 * An import is all or nothing; the same file again changes nothing. */
#ifndef PEOPLE_SHEET_H
#define PEOPLE_SHEET_H

#include "people/organisation.h"

enum { SHEET_ROWS_MOST = 20000, SHEET_PEOPLE_MOST = 2000, SHEET_PROBLEMS_MOST = 50 };

typedef struct SheetProblem {
    int64_t line; /* of the file */
    Str text;
} SheetProblem;

/* A first password, told once. */
typedef struct SheetPassword {
    Str login, name;
    char password[24];
} SheetPassword;

typedef struct SheetResult {
    int64_t rows, added, changed, same;
    const SheetProblem *problems; /* in order of lines; some: nothing was done */
    size_t problem_count;
    const SheetPassword *passwords;
    size_t password_count;
} SheetResult;

/* ERR_INVALID when there are problems (out is filled then), or the header lacks a column.
 *
 * 机构名称 简称 种类 上级机构 领导机关 行政区划代码: an organisation is the same when name and
 * 上级机构 are; those not named in the sheet stay. Higher ones come first. */
bool organisation_import(Store *s, const Content *c, Arena *a, Str actor, const char *path,
                         SheetResult *out, Err *e);
/* 登录名 姓名 机构 部门 角色 职务 联络员 截止日期: one row a post; several rows of a login are
 * several posts. With `accounts`, logins that are not there get an account with a random password.
 */
bool people_import(Store *s, const Content *c, Arena *a, Str actor, const char *path, bool accounts,
                   SheetResult *out, Err *e);

/* As XLSX when the path ends so, else CSV. The same sheets as above. */
bool organisation_export(Store *s, const Content *c, const char *path, int64_t *rows, Err *e);
bool people_export(Store *s, const Content *c, const char *path, int64_t *rows, Err *e);

#endif
