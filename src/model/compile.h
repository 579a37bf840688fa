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
#define WIDE_TYPE "DECIMAL(38,0)"

#endif
