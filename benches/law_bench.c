/* SPDX-License-Identifier: MulanPSL-2.0 */
/* benches/law_bench.c: a folder of laws into the library; citations looked up, against an indexed
 * SQLite table of the same articles asked with the numbers already read; words in the full text,
 * against SQLite FTS5 (trigram) over the same articles.
 *
 *     law_bench DIR
 *
 * One JSON object a line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "knowledge/citation.h"
#include "knowledge/import.h"
#include "knowledge/search.h"
#include "store/testing.h"

enum { LOOKS = 20000, ROUNDS = 20 };

static void must(bool good, const Err *e) {
    if (good)
        return;
    fprintf(stderr, "law_bench: %s %s\n", e->where, e->text);
    exit(1);
}

static double seconds_now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* ---- the opponent ---- */

static void run_sql(sqlite3 *db, const char *sql) {
    char *why = NULL;

    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK) {
        fprintf(stderr, "law_bench: %s\n", why);
        exit(1);
    }
}

static sqlite3_stmt *prepared(sqlite3 *db, const char *sql) {
    sqlite3_stmt *s = NULL;

    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK) {
        fprintf(stderr, "law_bench: %s\n", sqlite3_errmsg(db));
        exit(1);
    }
    return s;
}

static sqlite3 *opponent(const Library *l, const char *folder) {
    char path[200];
    sqlite3 *db = NULL;

    snprintf(path, sizeof path, "%s/opponent.db", folder);
    if (sqlite3_open(path, &db) != SQLITE_OK)
        exit(1);
    run_sql(db,
            "CREATE TABLE article (law TEXT, article INTEGER, sub INTEGER, text TEXT, PRIMARY KEY "
            "(law, article, sub)) WITHOUT ROWID; CREATE VIRTUAL TABLE words USING fts5 (law, text, "
            "tokenize = 'trigram'); BEGIN");
    sqlite3_stmt *a = prepared(db, "INSERT INTO article VALUES (?, ?, ?, ?)"),
                 *w = prepared(db, "INSERT INTO words VALUES (?, ?)");

    for (size_t i = 0; i < library_count(l); i++) {
        const Law *law = library_at(l, i);
        const Statute *s = law_current(law, day_today())->text;

        for (size_t j = 0; j < s->piece_count; j++) {
            const Piece *p = &s->pieces[j];

            sqlite3_bind_text(w, 1, law->law.ptr, (int)law->law.len, SQLITE_STATIC);
            sqlite3_bind_text(w, 2, p->text.ptr, (int)p->text.len, SQLITE_STATIC);
            sqlite3_step(w);
            sqlite3_reset(w);
            if (p->kind != PIECE_ARTICLE)
                continue;
            sqlite3_bind_text(a, 1, law->short_title.ptr, (int)law->short_title.len, SQLITE_STATIC);
            sqlite3_bind_int(a, 2, p->article);
            sqlite3_bind_int(a, 3, p->sub);
            sqlite3_bind_text(a, 4, p->text.ptr, (int)p->text.len, SQLITE_STATIC);
            sqlite3_step(a);
            sqlite3_reset(a);
        }
    }
    sqlite3_finalize(a);
    sqlite3_finalize(w);
    run_sql(db, "COMMIT");
    return db;
}

/* ---- look-up ---- */

typedef struct Target {
    const Law *law;
    const Piece *piece;
} Target;

static Target target_of(const Library *l, unsigned *seed) {
    for (;;) {
        *seed = *seed * 1664525u + 1013904223u;
        const Law *law = library_at(l, (*seed >> 8) % library_count(l));
        const Statute *s = law_current(law, day_today())->text;

        if (s->article_count != 0 && !s->by_items && law->repeal == NULL)
            return (Target){law, s->articles[(*seed >> 16) % s->article_count]};
    }
}

static void look(const Library *l, sqlite3 *db) {
    static double took[LOOKS];
    double ours = 0, theirs = 0;
    unsigned seed = 7;
    sqlite3_stmt *q =
        prepared(db, "SELECT text FROM article WHERE law = ? AND article = ? AND sub = ?");

    for (int i = 0; i < LOOKS; i++) {
        scoped_arena Arena *a = arena_new();
        Target t = target_of(l, &seed);
        LawAsk ask = {.article = t.piece->article, .sub = t.piece->sub};
        Str text = law_cite(a, t.law->short_title, &ask);
        CheckedCitation *found;
        double began = seconds_now();
        size_t n = citations_check(l, a, text, DAY_NONE, &found);

        took[i] = seconds_now() - began;
        ours += took[i];
        if (n != 1 || !str_eq(found[0].answer.text, t.piece->text)) {
            fprintf(stderr, "law_bench: %s was not found\n", text.ptr);
            exit(1);
        }
        began = seconds_now();
        sqlite3_bind_text(q, 1, t.law->short_title.ptr, (int)t.law->short_title.len, SQLITE_STATIC);
        sqlite3_bind_int(q, 2, t.piece->article);
        sqlite3_bind_int(q, 3, t.piece->sub);
        if (sqlite3_step(q) != SQLITE_ROW)
            exit(1);
        str_dup(a, str_of((const char *)sqlite3_column_text(q, 0)));
        sqlite3_reset(q);
        theirs += seconds_now() - began;
    }
    sqlite3_finalize(q);
    qsort(took, LOOKS, sizeof *took, by_size);
    printf("{\"what\":\"look\",\"us\":%.2f,\"p99_us\":%.2f,\"worst_us\":%.1f,\"sqlite_us\":%.2f,"
           "\"ratio\":"
           "%.2f}\n",
           ours / LOOKS * 1e6, took[LOOKS * 99 / 100] * 1e6, took[LOOKS - 1] * 1e6,
           theirs / LOOKS * 1e6, ours / theirs);
}

/* ---- words ---- */

static void words(Library *l, sqlite3 *db) {
    static const char *const asks[] = {"违法行为轻微",     "人民检察院",   "行政机关工作人员",
                                       "未成年人的监护人", "没收违法所得", "不存在的词语组合"};
    double ours = 0, theirs = 0;
    size_t hits = 0;
    sqlite3_stmt *q = prepared(db, "SELECT law, text FROM words WHERE text MATCH ?"),
                 *count = prepared(db, "SELECT COUNT(*) FROM words WHERE text MATCH ?");

    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
            scoped_arena Arena *a = arena_new();
            char match[200];
            size_t total;
            LawHit *found;
            double began = seconds_now();

            law_search(l, a, &(LawSearch){.words = str_of(asks[i]), .limit = 50}, &total, &found);
            ours += seconds_now() - began;
            hits += total;
            snprintf(match, sizeof match, "\"%s\"", asks[i]);
            began = seconds_now();
            sqlite3_bind_text(count, 1, match, -1, SQLITE_STATIC);
            sqlite3_step(count);
            size_t same = (size_t)sqlite3_column_int64(count, 0);

            sqlite3_reset(count);
            sqlite3_bind_text(q, 1, match, -1, SQLITE_STATIC);
            for (int n = 0; n < 50 && sqlite3_step(q) == SQLITE_ROW; n++)
                str_dup(a, str_of((const char *)sqlite3_column_text(q, 1)));
            sqlite3_reset(q);
            theirs += seconds_now() - began;
            if (same != total) {
                fprintf(stderr, "law_bench: %s: %zu, FTS5 %zu\n", asks[i], total, same);
                exit(1);
            }
        }
    double n = ROUNDS * (double)(sizeof asks / sizeof *asks);

    sqlite3_finalize(q);
    sqlite3_finalize(count);
    printf("{\"what\":\"words\",\"ms\":%.3f,\"fts5_ms\":%.3f,\"ratio\":%.2f,\"hits\":%zu}\n",
           ours / n * 1e3, theirs / n * 1e3, ours / theirs, hits);
}

int main(int count, char **arguments) {
    TestPlace place;
    Err e = {0};
    LawImport r, again;

    if (count != 2) {
        fprintf(stderr, "law_bench DIR\n");
        return 2;
    }
    crypto_start();
    law_register();
    test_place_make(&place, false);
    Store *s = store_open(place.address, &e);

    must(s != NULL, &e);
    double began = seconds_now();
    Arena *a = arena_new();
    const Source *source = source_read(a, arguments[1], &e);

    must(source != NULL && law_import(s, STR("bench"), source, &r, &e), &e);
    double took = seconds_now() - began;

    must(law_import(s, STR("bench"), source, &again, &e), &e);
    arena_free(a);
    began = seconds_now();
    Library *l = library_hold(s, NULL, &e);

    must(l != NULL, &e);
    printf("{\"what\":\"import\",\"seconds\":%.2f,\"laws\":%zu,\"texts\":%zu,\"articles\":%zu,"
           "\"again\":%zu,"
           "\"load_ms\":%.0f}\n",
           took, r.laws, r.texts, r.articles, again.added, (seconds_now() - began) * 1e3);
    sqlite3 *db = opponent(l, place.folder);

    look(l, db);
    began = seconds_now();
    a = arena_new();
    LawHit *hits;
    size_t total;

    law_search(l, a, &(LawSearch){.words = STR("检察建议"), .limit = 1}, &total, &hits);
    printf("{\"what\":\"index\",\"ms\":%.0f}\n", (seconds_now() - began) * 1e3);
    arena_free(a);
    words(l, db);
    sqlite3_close(db);
    library_drop(l);
    store_close(s);
    test_place_remove(&place);
    return 0;
}
