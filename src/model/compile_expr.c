/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/compile_expr.c: expressions to SQL.
 *
 * An empty value is SQL's NULL, and SQL's three-valued logic gives the language its rule: a
 * condition on an empty value is not fulfilled, and its negation is not either; only `is empty`
 * asks about emptiness.
 *
 * Whole numbers and money stay exact: a decimal is a numerator over a known denominator (its
 * scale), and comparisons bring both sides to one denominator. Only fields stored as doubles are
 * compared as doubles. */
#include "model/compile.h"

#include "content/field.h"
#include "base/banned.h"

#define SCALE_MOST INT64_C(1000000000)

static const char *const op_sql[] = {
    [OP_NONE] = "", [OP_EQ] = "=",    [OP_NE] = "<>",  [OP_LT] = "<",  [OP_LE] = "<=",
    [OP_GT] = ">",  [OP_GE] = ">=",   [OP_ADD] = "+",  [OP_SUB] = "-", [OP_MUL] = "*",
    [OP_DIV] = "/", [OP_BEFORE] = "", [OP_AFTER] = "",
};

static const Expr *plain(const Expr *x) {
    while (x->meaning != NULL)
        x = x->meaning;
    return x;
}

void compile_text(Str text, Buf *sql) {
    buf_add_char(sql, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'')
            buf_add_char(sql, '\'');
        buf_add_char(sql, text.ptr[i]);
    }
    buf_add_char(sql, '\'');
}

void compile_column(Str alias, Str column, const char *suffix, Buf *sql) {
    scoped_buf Buf name;

    buf_init(&name, 256);
    buf_add(&name, column);
    buf_add_c(&name, suffix);
    pool_quote(alias, sql);
    buf_add_char(sql, '.');
    pool_quote(buf_str(&name), sql);
}

static void compile_day(Day d, Buf *sql) {
    char text[11];

    day_format(d, text);
    buf_addf(sql, "DATE '%s'", text);
}

/* --- numbers --------------------------------------------------------------------------------- */

static bool is_numeric(ValueType t) {
    return t == TYPE_INTEGER || t == TYPE_NUMBER || t == TYPE_MONEY || t == TYPE_AREA;
}

static bool is_literal_number(const Expr *x) {
    return x->kind == EXPR_INTEGER || x->kind == EXPR_MONEY || x->kind == EXPR_AREA;
}

/* 0 when the value is no exact number, or its denominator would grow too large. */
int64_t exact_scale(const Expr *x) {
    x = plain(x);
    if (!is_numeric(x->type))
        return 0;
    switch (x->kind) {
    case EXPR_INTEGER:
        return x->scale;
    case EXPR_MONEY:
        return 1;
    case EXPR_AREA:
        return 10000;
    case EXPR_NAME:
        if (x->measure != NULL && x->measure->aggregate == AGGREGATE_SUM &&
            (x->type == TYPE_NUMBER || x->type == TYPE_AREA))
            return 10000;
        return x->type == TYPE_INTEGER || x->type == TYPE_MONEY ? 1 : 0;
    case EXPR_NEGATE:
        return exact_scale(x->args[0]);
    case EXPR_CALL:
        return x->type == TYPE_INTEGER || x->type == TYPE_MONEY ? 1 : 0;
    case EXPR_ARITHMETIC:
        break;
    default:
        return 0;
    }
    if (x->args[0]->type == TYPE_DATE)
        return 1;
    int64_t a = exact_scale(x->args[0]), b = exact_scale(x->args[1]), scale;

    if (a == 0 || b == 0)
        return 0;
    if (x->op == OP_ADD || x->op == OP_SUB)
        scale = a == b ? a : a * b;
    else if (x->op == OP_MUL)
        scale = a * b;
    else {
        const Expr *by = plain(x->args[1]);

        if (by->kind != EXPR_INTEGER)
            return 0;
        scale = a * by->number;
    }
    return scale <= SCALE_MOST && scale > 0 ? scale : 0;
}

bool is_exact(const Expr *x) {
    return exact_scale(x) > 0;
}

static void compile_call(const Expr *x, const Source *s, Buf *sql);

static void times(const Expr *x, int64_t factor, const Source *s, bool wide, Buf *sql) {
    compile_exact(x, s, wide, sql);
    if (factor != 1)
        buf_addf(sql, " * %lld", (long long)factor);
}

static void compile_exact_arithmetic(const Expr *x, const Source *s, bool wide, Buf *sql) {
    const Expr *a = x->args[0], *b = x->args[1];
    int64_t sa = exact_scale(a), sb = exact_scale(b);

    buf_add_char(sql, '(');
    if (a->type == TYPE_DATE) {
        compile_value(a, s, sql);
        buf_add_c(sql, " - ");
        compile_value(b, s, sql);
    } else if (x->op == OP_ADD || x->op == OP_SUB) {
        times(a, sa == sb ? 1 : sb, s, wide, sql);
        buf_addf(sql, " %s ", op_sql[x->op]);
        times(b, sa == sb ? 1 : sa, s, wide, sql);
    } else if (x->op == OP_MUL) {
        compile_exact(a, s, wide, sql);
        buf_add_c(sql, " * ");
        compile_exact(b, s, wide, sql);
    } else {
        /* a / (p / q) = a * q / p; the p went into the scale. */
        times(a, plain(b)->scale, s, wide, sql);
    }
    buf_add_char(sql, ')');
}

void compile_exact(const Expr *x, const Source *s, bool wide, Buf *sql) {
    x = plain(x);
    if (x->kind == EXPR_NEGATE) {
        buf_add_c(sql, "(-");
        compile_exact(x->args[0], s, wide, sql);
        buf_add_char(sql, ')');
        return;
    }
    if (x->kind == EXPR_ARITHMETIC && x->args[0]->type != TYPE_DATE) {
        compile_exact_arithmetic(x, s, wide, sql);
        return;
    }
    if (wide)
        buf_add_c(sql, "CAST(");
    if (is_literal_number(x))
        buf_addf(sql, "%lld", (long long)x->number);
    else if (x->kind == EXPR_ARITHMETIC)
        compile_exact_arithmetic(x, s, false, sql);
    else if (x->kind == EXPR_CALL)
        compile_call(x, s, sql);
    else
        compile_value(x, s, sql);
    if (wide)
        buf_add_c(sql, " AS " WIDE_TYPE ")");
}

/* Any number as a double. */
static void compile_double(const Expr *x, const Source *s, Buf *sql) {
    int64_t scale = exact_scale(x);

    x = plain(x);
    if (scale > 0) {
        buf_add_c(sql, "(CAST(");
        compile_exact(x, s, true, sql);
        buf_addf(sql, " AS DOUBLE PRECISION) / %lld)", (long long)scale);
    } else if (x->kind == EXPR_ARITHMETIC && x->args[0]->type != TYPE_DATE) {
        buf_add_char(sql, '(');
        compile_double(x->args[0], s, sql);
        buf_addf(sql, " %s ", op_sql[x->op]);
        if (x->op == OP_DIV)
            buf_add_c(sql, "NULLIF(");
        compile_double(x->args[1], s, sql);
        buf_add_c(sql, x->op == OP_DIV ? ", 0))" : ")");
    } else if (x->kind == EXPR_NEGATE) {
        buf_add_c(sql, "(-");
        compile_double(x->args[0], s, sql);
        buf_add_char(sql, ')');
    } else
        compile_value(x, s, sql);
}

/* Is x = n / d with both exact and d not a literal? */
static bool is_ratio(const Expr *x) {
    return x->kind == EXPR_ARITHMETIC && x->op == OP_DIV && is_exact(x->args[0]) &&
           is_exact(x->args[1]) && !is_exact(x);
}

static ExprOp mirrored(ExprOp op) {
    static const ExprOp mirror[] = {
        [OP_NONE] = OP_NONE, [OP_EQ] = OP_EQ, [OP_NE] = OP_NE, [OP_LT] = OP_GT,
        [OP_LE] = OP_GE,     [OP_GT] = OP_LT, [OP_GE] = OP_LE};

    return mirror[op];
}

/* n / d op y without dividing: n * … op y * d * …, turned round where d is negative; empty where d
 * is 0. */
static void compare_ratio(const Expr *ratio, ExprOp op, const Expr *y, const Source *s, Buf *sql) {
    const Expr *n = ratio->args[0], *d = ratio->args[1];
    int64_t left = exact_scale(d) * exact_scale(y), right = exact_scale(n);

    buf_add_c(sql, "(CASE");
    for (int turn = 0; turn < 2; turn++) {
        buf_add_c(sql, " WHEN ");
        compile_exact(d, s, false, sql);
        buf_addf(sql, " %s 0 THEN ", turn == 0 ? ">" : "<");
        times(n, left, s, true, sql);
        buf_addf(sql, " %s ", op_sql[turn == 0 ? op : mirrored(op)]);
        compile_exact(y, s, true, sql);
        buf_add_c(sql, " * ");
        times(d, right, s, true, sql);
    }
    buf_add_c(sql, " END)");
}

static void compare_numbers(const Expr *a, ExprOp op, const Expr *b, const Source *s, Buf *sql) {
    int64_t sa = exact_scale(a), sb = exact_scale(b);
    const Expr *pa = plain(a), *pb = plain(b);

    if (is_ratio(pa) && sb > 0 && sb < 1000000) {
        compare_ratio(pa, op, b, s, sql);
        return;
    }
    if (is_ratio(pb) && sa > 0 && sa < 1000000) {
        compare_ratio(pb, mirrored(op), a, s, sql);
        return;
    }
    if (sa == 0 || sb == 0) {
        compile_double(a, s, sql);
        buf_addf(sql, " %s ", op_sql[op]);
        compile_double(b, s, sql);
        return;
    }
    /* A column beside a literal stays bare, so that the engine can use its statistics. */
    bool wide = sa != sb || pa->kind == EXPR_ARITHMETIC || pb->kind == EXPR_ARITHMETIC;

    times(a, sa == sb ? 1 : sb, s, wide, sql);
    buf_addf(sql, " %s ", op_sql[op]);
    times(b, sa == sb ? 1 : sa, s, wide, sql);
}

/* --- dates ----------------------------------------------------------------------------------- */

static void uses_calendar(const Source *s) {
    if (s->calendar != NULL)
        *s->calendar = true;
}

/* The n-th workday after the date; before it when n is negative. */
static void add_workdays(const Expr *date, int64_t n, const Source *s, Buf *sql) {
    uses_calendar(s);
    buf_add_c(sql, "(SELECT w.day FROM " CALENDAR_TABLE " AS b JOIN " CALENDAR_TABLE
                   " AS w ON w.roll = w.day AND w.workdays = b.workdays + ");
    buf_addf(sql, "%lld", (long long)n);
    if (n < 0) /* counting back from a day off, the workday before it is the first */
        buf_add_c(sql, " + CASE WHEN b.roll = b.day THEN 0 ELSE 1 END");
    buf_add_c(sql, " WHERE b.day = ");
    compile_value(date, s, sql);
    buf_add_char(sql, ')');
}

static void add_days_or_months(const Expr *date, SpanUnit unit, int64_t n, const Source *s,
                               Buf *sql) {
    if (unit == SPAN_DAY) {
        buf_add_char(sql, '(');
        compile_value(date, s, sql);
        buf_addf(sql, " %c %lld)", n < 0 ? '-' : '+', (long long)(n < 0 ? -n : n));
        return;
    }
    buf_add_c(sql, "CAST(");
    compile_value(date, s, sql);
    buf_addf(sql, " %c INTERVAL '%lld months' AS DATE)", n < 0 ? '-' : '+',
             (long long)(n < 0 ? -n : n));
}

static void compile_shift(const Expr *date, const Expr *span, bool minus, const Source *s,
                          Buf *sql) {
    span = plain(span);
    if (span->unit == SPAN_WORKDAY)
        add_workdays(date, span->number, s, sql);
    else
        add_days_or_months(date, span->unit, minus ? -span->number : span->number, s, sql);
}

/* Row by row; conditions against a fixed day never come here. */
static void compile_due(const Expr *x, const Source *s, Buf *sql) {
    const Period *p = x->period;
    const Expr *date = x->args[0];

    if (p->unit == PERIOD_WORKDAY) {
        add_workdays(date, p->count, s, sql);
        return;
    }
    int64_t hours = p->count < 0 ? -((-p->count + 23) / 24) : (p->count + 23) / 24;
    int64_t n = p->unit == PERIOD_HOUR ? hours : p->unit == PERIOD_YEAR ? p->count * 12 : p->count;
    SpanUnit unit = p->unit >= PERIOD_MONTH ? SPAN_MONTH : SPAN_DAY;

    if (p->roll != ROLL_WORKDAY) {
        add_days_or_months(date, unit, n, s, sql);
        return;
    }
    uses_calendar(s);
    buf_add_c(sql, "(SELECT c.roll FROM " CALENDAR_TABLE " AS c WHERE c.day = ");
    add_days_or_months(date, unit, n, s, sql);
    buf_add_char(sql, ')');
}

/* chain op limit, as a condition on the chain's column. */
static void compare_chain(const Expr *x, ExprOp op, Day limit, const Source *s, Buf *sql) {
    const Expr *column = date_chain_column(x);
    Day before = date_chain_last(x, s->today, s->content, limit, false);
    Day on = date_chain_last(x, s->today, s->content, limit, true);

    buf_add_char(sql, '(');
    if (op == OP_EQ || op == OP_NE) {
        if (op == OP_NE)
            buf_add_c(sql, "NOT ");
        compile_value(column, s, sql);
        buf_add_c(sql, " BETWEEN ");
        compile_day(before + 1, sql);
        buf_add_c(sql, " AND ");
        compile_day(on, sql);
    } else {
        compile_value(column, s, sql);
        buf_add_c(sql, op == OP_LT || op == OP_LE ? " <= " : " > ");
        compile_day(op == OP_LT || op == OP_GE ? before : on, sql);
    }
    buf_add_char(sql, ')');
}

static void compare_dates(const Expr *a, ExprOp op, const Expr *b, const Source *s, Buf *sql);

/* Push the comparison into coalesce and if, where a chain inside can use it. */
static bool compare_inside(const Expr *x, ExprOp op, const Expr *limit, const Source *s, Buf *sql) {
    if (x->kind != EXPR_CALL || !needs_calendar(x))
        return false;
    if (x->function == FN_COALESCE) {
        buf_add_c(sql, "(CASE");
        for (size_t i = 0; i < x->count; i++) {
            buf_add_c(sql, i + 1 < x->count ? " WHEN " : " ELSE ");
            if (i + 1 < x->count) {
                compile_value(x->args[i], s, sql);
                buf_add_c(sql, " IS NOT NULL THEN ");
            }
            compare_dates(x->args[i], op, limit, s, sql);
        }
        buf_add_c(sql, " END)");
        return true;
    }
    if (x->function == FN_IF) {
        buf_add_c(sql, "(CASE WHEN ");
        compile_value(x->args[0], s, sql);
        buf_add_c(sql, " THEN ");
        compare_dates(x->args[1], op, limit, s, sql);
        buf_add_c(sql, " ELSE ");
        compare_dates(x->args[2], op, limit, s, sql);
        buf_add_c(sql, " END)");
        return true;
    }
    return false;
}

static void compare_dates(const Expr *a, ExprOp op, const Expr *b, const Source *s, Buf *sql) {
    Day limit;

    a = plain(a);
    b = plain(b);
    if (date_constant(a, s->today, s->content, &limit) &&
        !date_constant(b, s->today, s->content, &limit)) {
        compare_dates(b, mirrored(op), a, s, sql);
        return;
    }
    if (date_constant(b, s->today, s->content, &limit)) {
        if (date_chain(a)) {
            compare_chain(a, op, limit, s, sql);
            return;
        }
        if (compare_inside(a, op, b, s, sql))
            return;
    }
    compile_value(a, s, sql);
    buf_addf(sql, " %s ", op_sql[op]);
    compile_value(b, s, sql);
}

/* --- conditions ------------------------------------------------------------------------------ */

static void compare(const Expr *a, ExprOp op, const Expr *b, const Source *s, Buf *sql) {
    buf_add_char(sql, '(');
    if (a->type == TYPE_DATE)
        compare_dates(a, op, b, s, sql);
    else if (is_numeric(a->type))
        compare_numbers(a, op, b, s, sql);
    else {
        compile_value(a, s, sql);
        buf_addf(sql, " %s ", op_sql[op]);
        compile_value(b, s, sql);
    }
    buf_add_char(sql, ')');
}

static void compile_in(const Expr *x, const Source *s, Buf *sql) {
    buf_add_char(sql, '(');
    if (x->args[0]->type == TYPE_TEXT) {
        compile_value(x->args[0], s, sql);
        for (size_t i = 1; i < x->count; i++) {
            buf_add_c(sql, i == 1 ? " IN (" : ", ");
            compile_value(x->args[i], s, sql);
        }
        buf_add_char(sql, ')');
    } else
        for (size_t i = 1; i < x->count; i++) {
            if (i > 1)
                buf_add_c(sql, " OR ");
            compare(x->args[0], OP_EQ, x->args[i], s, sql);
        }
    buf_add_char(sql, ')');
}

/* Of a field with several entries, a whole entry; of other texts, any part. */
static void compile_contains(const Expr *x, const Source *s, Buf *sql) {
    const Expr *text = plain(x->args[0]);
    bool many = text->column != NULL && text->column->many && text->fact == FACT_NONE;

    buf_add_c(sql, many ? "(strpos(';' || " : "(strpos(");
    compile_value(text, s, sql);
    buf_add_c(sql, many ? " || ';', ';' || " : ", ");
    compile_value(x->args[1], s, sql);
    buf_add_c(sql, many ? " || ';') > 0)" : ") > 0)");
}

static void compile_within(const Expr *x, const Source *s, Buf *sql) {
    const Expr *date = x->args[0], *span = x->args[1], *anchor = x->args[2];
    Expr edge = {.kind = EXPR_ARITHMETIC,
                 .op = x->op == OP_BEFORE ? OP_SUB : OP_ADD,
                 .type = TYPE_DATE,
                 .count = 2,
                 .args = (Expr *[]){x->args[2], x->args[1]}};

    (void)span;
    buf_add_char(sql, '(');
    compare(date, x->op == OP_BEFORE ? OP_LE : OP_GE, anchor, s, sql);
    buf_add_c(sql, " AND ");
    compare(date, x->op == OP_BEFORE ? OP_GE : OP_LE, &edge, s, sql);
    buf_add_char(sql, ')');
}

static void compile_empty(const Expr *x, const Source *s, Buf *sql) {
    const Expr *arg = plain(x->args[0]);

    buf_add_char(sql, '(');
    if (arg->type == TYPE_IDENTITY) /* the number as written: a token needs a whole and right one */
        compile_output(arg, s, sql);
    else
        compile_value(arg, s, sql);
    buf_add_c(sql, x->negated ? " IS NOT NULL)" : " IS NULL)");
}

/* --- code tables ----------------------------------------------------------------------------- */

/* The day an entry must be in force on, or NULL when the expression names none. */
static const Expr *fact_day(const Expr *x) {
    size_t place = x->function == FN_LISTED ? 2 : 3;

    return x->count > place ? x->args[place] : NULL;
}

static bool always(const Expr *x, const CodeEntry *entry) {
    return fact_day(x) == NULL ||
           (entry->in_force_from == DAY_NONE && entry->in_force_to == DAY_NONE);
}

static void write_words(const CodeEntry *entry, Buf *sql) {
    compile_text(entry->title, sql);
    for (size_t i = 0; i < entry->aliases.count; i++) {
        buf_add_c(sql, ", ");
        compile_text(((const Str *)entry->aliases.items)[i], sql);
    }
}

static void write_in_force(const Expr *x, const CodeEntry *entry, const Source *s, Buf *sql) {
    if (always(x, entry))
        return;
    for (int end = 0; end < 2; end++) {
        Day day = end == 0 ? entry->in_force_from : entry->in_force_to;

        if (day == DAY_NONE)
            continue;
        buf_add_c(sql, " AND ");
        compile_value(fact_day(x), s, sql);
        buf_add_c(sql, end == 0 ? " >= " : " <= ");
        compile_day(day, sql);
    }
}

/* False: the entry has none. */
static bool entry_value(const CodeColumn *c, const CodeEntry *entry, const Source *s,
                        FieldValue *v) {
    Field f = {.type = c->type,
               .unit = c->unit,
               .title = c->title,
               .least_integer = INT64_MIN,
               .most_integer = INT64_MAX};
    const Node *node = NULL;
    const char *reason;

    for (size_t i = 0; entry->values != NULL && i < entry->values->count; i++)
        if (str_eq(entry->values->keys[i], c->column))
            node = entry->values->items[i];
    return node != NULL && field_normalise(s->content, &f, node->text, v, &reason) &&
           v->kind != VALUE_NULL;
}

static void write_entry_value(const Expr *x, const CodeEntry *entry, const Source *s, Buf *sql) {
    FieldValue v;

    if (!entry_value(x->table_column, entry, s, &v))
        buf_add_c(sql, "NULL");
    else if (v.kind == VALUE_TEXT)
        compile_text(v.text, sql);
    else if (v.kind == VALUE_REAL)
        buf_addf(sql, "CAST(%.17g AS DOUBLE PRECISION)", v.real);
    else if (v.kind == VALUE_DAY)
        compile_day((Day)v.integer, sql);
    else
        buf_addf(sql, "%lld", (long long)v.integer);
}

/* Entries often share a value: one branch for all that do keeps the query short. A word stands in
 * one entry of a table only (or in several for different days, which keep branches of their own),
 * so the order of branches does not matter. */
static void write_branch(const Expr *x, size_t first, bool *done, const Source *s, Buf *sql) {
    const CodeEntry *entries = x->table->entries.items;
    scoped_buf Buf value;

    buf_init(&value, 1 << 16);
    write_entry_value(x, &entries[first], s, &value);
    if (str_is(buf_str(&value), "NULL"))
        return;
    buf_add_c(sql, " WHEN ");
    compile_value(x->args[1], s, sql);
    buf_add_c(sql, " IN (");
    write_words(&entries[first], sql);
    for (size_t i = first + 1; always(x, &entries[first]) && i < x->table->entries.count; i++) {
        scoped_buf Buf other;

        if (done[i] || !always(x, &entries[i]))
            continue;
        buf_init(&other, 1 << 16);
        write_entry_value(x, &entries[i], s, &other);
        if (!str_eq(buf_str(&value), buf_str(&other)))
            continue;
        buf_add_c(sql, ", ");
        write_words(&entries[i], sql);
        done[i] = true;
    }
    buf_add_char(sql, ')');
    write_in_force(x, &entries[first], s, sql);
    buf_add_c(sql, " THEN ");
    buf_add(sql, buf_str(&value));
}

/* --- code tables as relations ---------------------------------------------------------------- */

static const char *const code_types[] = {[TYPE_TEXT] = "VARCHAR",
                                         [TYPE_DATE] = "DATE",
                                         [TYPE_MONEY] = "BIGINT",
                                         [TYPE_INTEGER] = "BIGINT",
                                         [TYPE_NUMBER] = "DOUBLE PRECISION",
                                         [TYPE_AREA] = "DOUBLE PRECISION"};

static bool is_plain_word(Str word) {
    return word.len > 0 && str_find(word, STR("|")) < 0 && str_find(word, STR("\n")) < 0;
}

/* Few words are compared where they stand; a word with dates may stand in several entries. */
static bool table_joins(const CodeTable *t) {
    const CodeEntry *entries = t->entries.items;
    size_t words = 0;

    for (size_t i = 0; i < t->entries.count; i++) {
        const CodeEntry *entry = &entries[i];

        if (entry->in_force_from != DAY_NONE || entry->in_force_to != DAY_NONE ||
            !is_plain_word(entry->title))
            return false;
        for (size_t j = 0; j < entry->aliases.count; j++)
            if (!is_plain_word(((const Str *)entry->aliases.items)[j]))
                return false;
        for (size_t j = 0; entry->values != NULL && j < entry->values->count; j++)
            if (entry->values->items[j]->text.len > 0 &&
                !is_plain_word(entry->values->items[j]->text))
                return false;
        words += 1 + entry->aliases.count;
    }
    return words >= LOOKUP_WORDS;
}

bool lookup_of(const Expr *x, const Rule *r, Lookup *out) {
    const Expr *word;

    if (r == NULL || x->kind != EXPR_CALL ||
        (x->function != FN_THRESHOLD && x->function != FN_LISTED))
        return false;
    word = plain(x->args[1]);
    if (word->kind != EXPR_NAME || word->column == NULL || word->measure != NULL ||
        word->type != TYPE_TEXT || word->fact != FACT_NONE || !table_joins(x->table))
        return false;
    for (size_t i = 0; i < r->from_count; i++)
        if (str_eq(r->from[i].alias, word->alias->alias)) {
            *out = (Lookup){.table = x->table, .alias = &r->from[i], .field = word->column};
            return true;
        }
    return false;
}

void lookup_column(const Lookup *l, Str column, Buf *sql) {
    scoped_buf Buf name;

    buf_init(&name, 512);
    buf_addf(&name, "%.*s__%.*s__%.*s", STR_ARG(l->field->field), STR_ARG(l->table->codes),
             STR_ARG(column));
    pool_quote(buf_str(&name), sql);
}

static void write_lookup(const Lookup *l, Str column, Buf *sql) {
    pool_quote(l->alias->alias, sql);
    buf_add_char(sql, '.');
    lookup_column(l, column, sql);
}

static void add_word(Str word, const char *values, Buf *text) {
    buf_addf(text, "%s%.*s%s", text->len > 0 ? "\n" : "", STR_ARG(word), values);
}

/* As text between bars: 'word|15000|…', NULL being nothing at all. */
static void write_word_values(const CodeTable *t, const CodeEntry *entry, const Source *s,
                              Buf *out) {
    const CodeColumn *columns = t->columns.items;

    for (size_t i = 0; i < t->columns.count; i++) {
        FieldValue v;

        buf_add_char(out, '|');
        if (!entry_value(&columns[i], entry, s, &v))
            continue;
        if (v.kind == VALUE_TEXT)
            buf_add(out, v.text);
        else if (v.kind == VALUE_REAL)
            buf_addf(out, "%.17g", v.real);
        else if (v.kind == VALUE_DAY) {
            char day[11];

            day_format((Day)v.integer, day);
            buf_add_c(out, day);
        } else
            buf_addf(out, "%lld", (long long)v.integer);
    }
}

void lookup_relation(const CodeTable *t, const Source *s, Buf *sql) {
    const CodeEntry *entries = t->entries.items;
    const CodeColumn *columns = t->columns.items;
    scoped_buf Buf text;

    buf_init(&text, 1 << 20);
    for (size_t i = 0; i < t->entries.count; i++) {
        scoped_buf Buf values;

        buf_init(&values, 1 << 16);
        write_word_values(t, &entries[i], s, &values);
        add_word(entries[i].title, values.len > 0 ? values.ptr : "", &text);
        for (size_t j = 0; j < entries[i].aliases.count; j++)
            add_word(((const Str *)entries[i].aliases.items)[j], values.len > 0 ? values.ptr : "",
                     &text);
    }
    buf_add_c(sql, "(SELECT split_part(word, '|', 1) AS entry");
    for (size_t i = 0; i < t->columns.count; i++) {
        Field f = {.type = columns[i].type};

        buf_addf(sql, ", CAST(NULLIF(split_part(word, '|', %zu), '') AS %s) AS ", i + 2,
                 code_types[field_value_type(&f)]);
        pool_quote(columns[i].column, sql);
    }
    buf_add_c(sql, " FROM (SELECT unnest(string_to_array(");
    compile_text(buf_str(&text), sql);
    buf_add_c(sql, ", '\n')) AS word) AS words)");
}

static void compile_threshold(const Expr *x, const Source *s, Buf *sql) {
    Lookup l;

    if (lookup_of(x, s->rule, &l)) {
        write_lookup(&l, x->table_column->column, sql);
        return;
    }
    scoped_arena Arena *a = arena_new();
    bool *done = arena_array_of(a, x->table->entries.count + 1, bool);

    buf_addf(sql, "(CASE WHEN FALSE THEN CAST(NULL AS %s)", code_types[x->type]);
    for (size_t i = 0; i < x->table->entries.count; i++)
        if (!done[i])
            write_branch(x, i, done, s, sql);
    buf_add_c(sql, " END)");
}

static void compile_listed(const Expr *x, const Source *s, Buf *sql) {
    const CodeEntry *entries = x->table->entries.items;
    size_t plain_words = 0;
    Lookup l;

    if (lookup_of(x, s->rule, &l)) {
        buf_add_char(sql, '(');
        write_lookup(&l, STR("entry"), sql);
        buf_add_c(sql, " IS NOT NULL)");
        return;
    }
    buf_add_char(sql, '(');
    compile_value(x->args[1], s, sql);
    buf_add_c(sql, " IN (");
    for (size_t i = 0; i < x->table->entries.count; i++)
        if (always(x, &entries[i])) {
            if (plain_words++ > 0)
                buf_add_c(sql, ", ");
            write_words(&entries[i], sql);
        }
    buf_add_c(sql, plain_words == 0 ? "NULL)" : ")");
    for (size_t i = 0; i < x->table->entries.count; i++)
        if (!always(x, &entries[i])) {
            buf_add_c(sql, " OR (");
            compile_value(x->args[1], s, sql);
            buf_add_c(sql, " IN (");
            write_words(&entries[i], sql);
            buf_add_char(sql, ')');
            write_in_force(x, &entries[i], s, sql);
            buf_add_char(sql, ')');
        }
    buf_add_char(sql, ')');
}

/* --- functions ------------------------------------------------------------------------------- */

static void compile_age(const Expr *x, const Source *s, Buf *sql) {
    static const char *const parts[] = {"CAST(EXTRACT(YEAR FROM ", "EXTRACT(MONTH FROM ",
                                        "EXTRACT(DAY FROM "};
    const Expr *birth = x->args[0], *at = x->args[1];

    buf_addf(sql, "(%s", parts[0]);
    compile_value(at, s, sql);
    buf_addf(sql, ") AS BIGINT) - %s", parts[0]);
    compile_value(birth, s, sql);
    buf_add_c(sql, ") AS BIGINT) - CASE WHEN ");
    for (int side = 0; side < 2; side++) {
        const Expr *date = side == 0 ? at : birth;

        buf_add_c(sql, parts[1]);
        compile_value(date, s, sql);
        buf_addf(sql, ") * 100 + %s", parts[2]);
        compile_value(date, s, sql);
        buf_add_c(sql, side == 0 ? ") < " : ")");
    }
    buf_add_c(sql, " THEN 1 ELSE 0 END)");
}

/* Arguments of one type: exact ones as they are when their denominators agree, else doubles. */
static void compile_alike(const Expr *x, size_t i, const Source *s, Buf *sql) {
    if (x->type == TYPE_NUMBER || x->type == TYPE_AREA)
        compile_double(x->args[i], s, sql);
    else if (is_numeric(x->type) && exact_scale(x->args[i]) > 1)
        compile_double(x->args[i], s, sql);
    else
        compile_value(x->args[i], s, sql);
}

static void compile_list(const Expr *x, const char *name, const Source *s, Buf *sql) {
    buf_addf(sql, "%s(", name);
    for (size_t i = 0; i < x->count; i++) {
        if (i > 0)
            buf_add_c(sql, ", ");
        compile_alike(x, i, s, sql);
    }
    buf_add_char(sql, ')');
}

static void compile_call(const Expr *x, const Source *s, Buf *sql) {
    switch (x->function) {
    case FN_DAYS:
        buf_add_c(sql, "CAST(");
        compile_value(x->args[1], s, sql);
        buf_add_c(sql, " - ");
        compile_value(x->args[0], s, sql);
        buf_add_c(sql, " AS BIGINT)");
        break;
    case FN_DUE:
        compile_due(x, s, sql);
        break;
    case FN_OVERDUE: {
        Expr due = *x, today = {.kind = EXPR_TODAY, .type = TYPE_DATE};

        due.function = FN_DUE;
        due.type = TYPE_DATE;
        due.count = 1;
        compare(&due, OP_LT, &today, s, sql);
        break;
    }
    case FN_THRESHOLD:
        compile_threshold(x, s, sql);
        break;
    case FN_LISTED:
        compile_listed(x, s, sql);
        break;
    case FN_AGE:
        compile_age(x, s, sql);
        break;
    case FN_COALESCE:
        compile_list(x, "COALESCE", s, sql);
        break;
    case FN_LEAST:
        compile_list(x, "LEAST", s, sql);
        break;
    case FN_GREATEST:
        compile_list(x, "GREATEST", s, sql);
        break;
    case FN_IF:
        buf_add_c(sql, "(CASE WHEN ");
        compile_value(x->args[0], s, sql);
        buf_add_c(sql, " THEN ");
        compile_alike(x, 1, s, sql);
        buf_add_c(sql, " ELSE ");
        compile_alike(x, 2, s, sql);
        buf_add_c(sql, " END)");
        break;
    case FN_YEAR:
        buf_add_c(sql, "CAST(EXTRACT(YEAR FROM ");
        compile_value(x->args[0], s, sql);
        buf_add_c(sql, ") AS BIGINT)");
        break;
    case FN_STARTS:
        buf_add_c(sql, "(strpos(");
        compile_value(x->args[0], s, sql);
        buf_add_c(sql, ", ");
        compile_value(x->args[1], s, sql);
        buf_add_c(sql, ") = 1)");
        break;
    case FN_COUNT:
        break;
    }
}

/* --- values ---------------------------------------------------------------------------------- */

static void compile_name(const Expr *x, const Source *s, Buf *sql) {
    static const char *const facts[] = {[FACT_NONE] = "",
                                        [FACT_BIRTH] = "__birth",
                                        [FACT_SEX] = "__sex",
                                        [FACT_DIVISION] = "__division",
                                        [FACT_VALID] = "__valid"};

    if (x->measure != NULL) {
        buf_addf(sql, "\"measure_%.*s\".\"%.*s\"", STR_ARG(x->measure->leader),
                 STR_ARG(x->measure->measure));
        return;
    }
    bool renamed = s->renamed != NULL && str_eq(x->alias->alias, s->renamed->alias);
    Str alias = renamed ? s->name : x->alias->alias;
    bool time = x->column->type == FIELD_TIME;

    if (time)
        buf_add_c(sql, "CAST(");
    compile_column(alias, x->column->field, x->type == TYPE_IDENTITY ? "__key" : facts[x->fact],
                   sql);
    if (time)
        buf_add_c(sql, " AS DATE)");
}

static void pair(const Expr *x, const char *op, const Source *s, Buf *sql) {
    buf_add_char(sql, '(');
    compile_value(x->args[0], s, sql);
    buf_addf(sql, " %s ", op);
    compile_value(x->args[1], s, sql);
    buf_add_char(sql, ')');
}

static void compile_between(const Expr *x, const Source *s, Buf *sql) {
    buf_add_char(sql, '(');
    compare(x->args[0], OP_GE, x->args[1], s, sql);
    buf_add_c(sql, " AND ");
    compare(x->args[0], OP_LE, x->args[2], s, sql);
    buf_add_char(sql, ')');
}

void compile_value(const Expr *x, const Source *s, Buf *sql) {
    x = plain(x);
    switch (x->kind) {
    case EXPR_TEXT:
        compile_text(x->text, sql);
        break;
    case EXPR_DATE:
        compile_day((Day)x->number, sql);
        break;
    case EXPR_TODAY:
        compile_day(s->today, sql);
        break;
    case EXPR_BOOL:
        buf_add_c(sql, x->number ? "TRUE" : "FALSE");
        break;
    case EXPR_NAME:
        compile_name(x, s, sql);
        break;
    case EXPR_NOT:
        buf_add_c(sql, "(NOT ");
        compile_value(x->args[0], s, sql);
        buf_add_char(sql, ')');
        break;
    case EXPR_AND:
        pair(x, "AND", s, sql);
        break;
    case EXPR_OR:
        pair(x, "OR", s, sql);
        break;
    case EXPR_COMPARE:
        compare(x->args[0], x->op, x->args[1], s, sql);
        break;
    case EXPR_CONTAINS:
        compile_contains(x, s, sql);
        break;
    case EXPR_IN:
        compile_in(x, s, sql);
        break;
    case EXPR_EMPTY:
        compile_empty(x, s, sql);
        break;
    case EXPR_BETWEEN:
        compile_between(x, s, sql);
        break;
    case EXPR_WITHIN:
        compile_within(x, s, sql);
        break;
    case EXPR_CALL:
        compile_call(x, s, sql);
        break;
    case EXPR_ARITHMETIC:
        if (x->type == TYPE_DATE) {
            compile_shift(x->args[0], x->args[1], x->op == OP_SUB, s, sql);
            break;
        }
        /* fallthrough */
    default:
        if (exact_scale(x) == 1)
            compile_exact(x, s, false, sql);
        else
            compile_double(x, s, sql);
    }
}

void compile_output(const Expr *x, const Source *s, Buf *sql) {
    x = plain(x);
    if (x->type == TYPE_IDENTITY) {
        compile_column(x->alias->alias, x->column->field, "", sql);
        return;
    }
    if (!is_numeric(x->type)) {
        compile_value(x, s, sql);
        return;
    }
    bool whole = exact_scale(x) == 1;

    buf_add_c(sql, "CAST(");
    if (whole)
        compile_exact(x, s, x->kind == EXPR_ARITHMETIC, sql);
    else if (x->type == TYPE_MONEY && exact_scale(x) > 1) {
        /* Shown to the ten-thousandth below. */
        buf_add_c(sql, "FLOOR(");
        compile_double(x, s, sql);
        buf_add_char(sql, ')');
        whole = true;
    } else
        compile_double(x, s, sql);
    buf_addf(sql, " AS %s)", whole ? "BIGINT" : "DOUBLE PRECISION");
}
