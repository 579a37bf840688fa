/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/compile.h: expressions to the SQL that DuckDB and PostgreSQL share. */
#ifndef MODEL_COMPILE_H
#define MODEL_COMPILE_H

#include "model/rule.h"

/* A value in its stored form: texts, dates, whole numbers; sensitive numbers as their token. */
void compile_value(const Expr *x, const Source *s, Buf *sql);
/* As it goes into a result: one column, exact numbers as BIGINT where they fit, sensitive numbers
 * masked. */
void compile_output(const Expr *x, const Source *s, Buf *sql);
void compile_column(Str alias, Str column, const char *suffix, Buf *sql);
void compile_text(Str text, Buf *sql);
/* The exact number `x` times its scale; `wide`: in the widest whole type both engines have. */
int64_t exact_scale(const Expr *x);
bool is_exact(const Expr *x);
void compile_exact(const Expr *x, const Source *s, bool wide, Buf *sql);
/* A large code table looked up by a column of an alias in `from`: joined to the alias's rows once,
 * where a comparison with each of its words would stand in every condition and sentence. */
#define LOOKUP_WORDS 40
typedef struct Lookup {
    const CodeTable *table;
    const Alias *alias;
    const Field *field;
} Lookup;
/* False: the expression is no such look-up. */
bool lookup_of(const Expr *x, const Rule *r, Lookup *out);
/* "violation__prosecution_thresholds__goods_value", of the alias's rows */
void lookup_column(const Lookup *l, Str column, Buf *sql);
/* The table as (entry, further columns), a row for each title and each alias. */
void lookup_relation(const CodeTable *t, const Source *s, Buf *sql);
#define WIDE_TYPE "DECIMAL(38,0)"

#endif
