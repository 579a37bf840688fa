/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/hit.c: result rows to hits. Everything is ordered by identities, so that the order in which
 * an engine delivers rows leaves no trace. */
#include "model/hit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* --- digests --------------------------------------------------------------------------------- */

static void digest_bytes(Sm3 *s, const void *bytes, size_t n) {
    unsigned char length[8];

    for (int i = 0; i < 8; i++)
        length[i] = (unsigned char)((uint64_t)n >> (8 * i));
    sm3_add(s, length, sizeof length);
    sm3_add(s, bytes, n);
}

static void digest_text(Sm3 *s, Str text) {
    digest_bytes(s, text.ptr != NULL ? text.ptr : "", text.len);
}

static void digest_int(Sm3 *s, int64_t i) {
    char text[24];

    digest_bytes(s, text, (size_t)snprintf(text, sizeof text, "%lld", (long long)i));
}

static void digest_value(Sm3 *s, const PoolValue *v) {
    char text[40];

    switch (v->type) {
    case POOL_NULL:
        digest_text(s, STR("null"));
        break;
    case POOL_REAL:
        digest_bytes(s, text, (size_t)snprintf(text, sizeof text, "r%.17g", v->real));
        break;
    case POOL_TEXT:
    case POOL_UUID:
    case POOL_BLOB:
        digest_text(s, v->text);
        break;
    default:
        digest_int(s, v->integer);
    }
}

static void digest_end(Sm3 *s, char out[33]) {
    unsigned char hash[SM3_SIZE];

    sm3_end(s, hash);
    for (int i = 0; i < 16; i++)
        snprintf(out + 2 * i, 3, "%02x", hash[i]);
}

void hit_key(const Model *m, const Rule *r, Strength pass, const char key[33],
             const PoolValue *const *once, char out[33]) {
    Sm3 *s = sm3_new();

    digest_text(s, m->model);
    digest_text(s, r->rule);
    digest_int(s, (int)pass);
    digest_bytes(s, key, 32);
    for (size_t i = 0; i < r->clue.once_per_count; i++)
        digest_value(s, once[i]);
    digest_end(s, out);
}

/* --- rows ------------------------------------------------------------------------------------ */

ResultRow *result_rows_add(ResultRows *rows) {
    if (rows->count == rows->capacity) {
        size_t capacity = rows->capacity == 0 ? 256 : rows->capacity * 2;
        ResultRow *items = arena_array_of(rows->arena, capacity, ResultRow);

        if (rows->count > 0)
            memcpy(items, rows->items, rows->count * sizeof *items);
        rows->items = items;
        rows->capacity = capacity;
    }
    return &rows->items[rows->count++];
}

/* By hit; whole rows before bare evidence; the earliest event first; then by identities. */
static int compare_rows(const void *left, const void *right) {
    const ResultRow *a = left, *b = right;
    int order = memcmp(a->hit, b->hit, 32);

    if (order != 0)
        return order;
    if ((a->values == NULL) != (b->values == NULL))
        return a->values == NULL ? 1 : -1;
    if (a->event != b->event)
        return a->event < b->event ? -1 : 1;
    for (size_t i = 0; i < a->proof_count && i < b->proof_count; i++) {
        order = memcmp(a->proofs[i].id, b->proofs[i].id, 32);
        if (order != 0)
            return order;
    }
    return 0;
}

static int compare_sources(const void *left, const void *right) {
    const Proof *a = left, *b = right;
    int order = str_compare(a->alias->dataset->dataset, b->alias->dataset->dataset);

    if (order == 0)
        order = memcmp(a->id, b->id, 32);
    if (order == 0 && a->order != b->order)
        order = a->order < b->order ? -1 : 1;
    return order;
}

static int compare_proofs(const void *left, const void *right) {
    const Proof *a = left, *b = right;

    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    return memcmp(a->id, b->id, 32);
}

static bool same_row(const Proof *a, const Proof *b) {
    return a->alias->dataset == b->alias->dataset && memcmp(a->id, b->id, 32) == 0;
}

/* The rows behind a hit, each once, under the first alias that names it. */
static Proof *gather_proofs(const ResultRow *rows, size_t n, size_t *count) {
    size_t most = 0, kept = 0;

    for (size_t i = 0; i < n; i++)
        most += rows[i].proof_count;
    Proof *all = malloc(most * sizeof *all + 1);

    if (all == NULL)
        abort();
    *count = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < rows[i].proof_count; j++)
            all[(*count)++] = rows[i].proofs[j];
    qsort(all, *count, sizeof *all, compare_sources);
    for (size_t i = 0; i < *count; i++)
        if (kept == 0 || !same_row(&all[kept - 1], &all[i]))
            all[kept++] = all[i];
    qsort(all, kept, sizeof *all, compare_proofs);
    *count = kept;
    return all;
}

/* --- a hit ----------------------------------------------------------------------------------- */

static Str fill(const Template *t, const ResultRow *row, Arena *a) {
    scoped_buf Buf text;

    buf_init(&text, 1 << 16);
    for (size_t i = 0; i < t->count; i++) {
        if (t->parts[i].expr == NULL)
            buf_add(&text, t->parts[i].text);
        else
            value_write(t->parts[i].expr, &row->values[t->parts[i].output], NULL, &text);
    }
    return str_dup(a, buf_str(&text));
}

static Str choose_level(const Clue *c, const ResultRow *row) {
    for (size_t i = 0; i < c->level_count; i++) {
        const LevelChoice *l = &c->levels[i];
        const PoolValue *v = &row->values[l->output];

        if (l->when == NULL || (v->type == POOL_BOOL && v->integer))
            return l->level;
    }
    return STR("low");
}

static void set_evidence(Hit *h, const Proof *proofs, size_t n, Arena *a) {
    size_t kept = n > MODEL_EVIDENCE_MAX ? MODEL_EVIDENCE_MAX : n;
    EvidenceRow *rows = arena_array_of(a, kept, EvidenceRow);

    for (size_t i = 0; i < kept; i++) {
        rows[i].alias = proofs[i].alias->alias;
        rows[i].dataset = proofs[i].alias->dataset;
        memcpy(rows[i].id, proofs[i].id, sizeof rows[i].id);
        rows[i].batch = proofs[i].batch;
    }
    h->evidence = rows;
    h->evidence_count = kept;
}

/* Over what people see and the values of the rows behind it; versions of equal rows don't count. */
static void set_digest(Hit *h, const Proof *proofs, size_t n) {
    Sm3 *s = sm3_new();

    digest_text(s, h->title);
    digest_text(s, h->explanation);
    digest_text(s, h->level);
    digest_text(s, h->suggests);
    digest_text(s, h->subject_name);
    digest_text(s, h->subject_mask);
    digest_int(s, h->event_on);
    digest_int(s, h->amount);
    for (size_t i = 0; i < n; i++) {
        digest_text(s, proofs[i].alias->alias);
        digest_bytes(s, proofs[i].id, 32);
        digest_bytes(s, proofs[i].digest, 32);
    }
    digest_end(s, h->digest);
}

static void make_hit(const ResultRow *rows, size_t n, Arena *a, Hit *h) {
    const ResultRow *first = &rows[0];
    const Clue *c = &first->rule->clue;
    size_t count;
    Proof *proofs = gather_proofs(rows, n, &count);

    memcpy(h->key, first->hit, sizeof h->key);
    memcpy(h->subject_key, first->key, sizeof h->subject_key);
    h->subject_kind = first->rule->kind;
    h->strength = (int)first->pass;
    h->subject_name = str_dup(a, first->name.len > 0 ? first->name : first->mask);
    h->subject_mask = str_dup(a, first->mask);
    h->title = fill(&c->title, first, a);
    h->explanation = fill(&c->explain, first, a);
    h->level = choose_level(c, first);
    h->suggests = c->suggests;
    h->event_on = first->event == INT64_MAX ? DAY_NONE : (Day)first->event;
    if (c->amount != SIZE_MAX && first->values[c->amount].type == POOL_INT)
        h->amount = first->values[c->amount].integer;
    set_evidence(h, proofs, count, a);
    set_digest(h, proofs, count);
    free(proofs);
}

bool hits_gather(const Model *m, ResultRows *rows, Arena *a, const Hit **out, size_t *count,
                 Err *e) {
    size_t groups = 0;
    Hit *hits;

    if (rows->count > 1)
        qsort(rows->items, rows->count, sizeof *rows->items, compare_rows);
    for (size_t i = 0; i < rows->count; i++)
        groups += rows->items[i].values != NULL &&
                  (i == 0 || memcmp(rows->items[i - 1].hit, rows->items[i].hit, 32) != 0);
    if (groups > MODEL_HITS_MAX)
        return err_set(e, ERR_TOO_LARGE, NULL,
                       "模型“%.*s”的命中超过 %d 条，多半是条件写得太宽：请收紧条件后重新运行",
                       STR_ARG(m->title), MODEL_HITS_MAX);
    hits = arena_array_of(a, groups, Hit);
    *count = 0;
    for (size_t i = 0, j; i < rows->count; i = j) {
        for (j = i + 1; j < rows->count; j++)
            if (memcmp(rows->items[i].hit, rows->items[j].hit, 32) != 0)
                break;
        if (rows->items[i].values != NULL)
            make_hit(&rows->items[i], j - i, a, &hits[(*count)++]);
    }
    *out = hits;
    return true;
}
