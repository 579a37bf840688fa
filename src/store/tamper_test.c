/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/tamper_test.c: whatever is changed outside the program is found, at the entry where it
 * begins. */
#include "store/journal_entry.h"
#include "store/journal_fixture.h"

#include "sql_statements.h"

/* ---- tampering ---- */

enum { ENTRIES = 12 };

static void fill(Fixture *f) {
    Err e = {0};

    ASSERT_OK(toy_write(f->store, "toy.made", "toy:1", 0, "小木马", &e));
    for (int i = 2; i <= ENTRIES; i++)
        ASSERT_OK(toy_write(f->store, i % 3 ? "toy.counted" : "toy.named", "toy:1", i,
                            i % 3 ? NULL : "名", &e));
    assert_true(test_place_tamper(&f->place,
                                  "CREATE TABLE kept AS SELECT * FROM journal;"
                                  "CREATE TABLE kept_head AS SELECT * FROM journal_head"));
}

static void restore(Fixture *f) {
    assert_true(test_place_tamper(&f->place,
                                  "DELETE FROM journal; INSERT INTO journal SELECT * FROM kept;"
                                  "DELETE FROM journal_head;"
                                  "INSERT INTO journal_head SELECT * FROM kept_head"));
}

static void tampering_is_found_at_its_first_entry(void **state) {
    static const struct {
        const char *sql;
        int64_t bad;
    } cases[] = {
        {"UPDATE journal SET body = '{}' WHERE sequence = 1", 1},
        {"UPDATE journal SET body = body || ' ' WHERE sequence = 5", 5},
        {"UPDATE journal SET at = '2001-01-01T00:00:00.000000+08:00' WHERE sequence = 4", 4},
        {"UPDATE journal SET actor = 'li' WHERE sequence = 12", 12},
        {"UPDATE journal SET actor = 'zhan', organisation = 'g510502' WHERE sequence = 6", 6},
        {"UPDATE journal SET kind = 'toy.noted' WHERE sequence = 2", 2},
        {"UPDATE journal SET subject = '' WHERE sequence = 7", 7},
        {"UPDATE journal SET secret = NULL WHERE sequence = 3", 3},
        {"UPDATE journal SET secret = hash WHERE sequence = 4", 4},
        {"UPDATE journal SET hash = (SELECT hash FROM kept WHERE sequence = 2) WHERE sequence = 9",
         9},
        {"UPDATE journal SET mac = (SELECT mac FROM kept WHERE sequence = 2) WHERE sequence = 9",
         9},
        {"DELETE FROM journal WHERE sequence = 1", 1},
        {"DELETE FROM journal WHERE sequence = 6", 6},
        {"DELETE FROM journal WHERE sequence = 12", 12},
        {"DELETE FROM journal WHERE sequence > 8", 9},
        {"DELETE FROM journal", 1},
        {"DELETE FROM journal; DELETE FROM journal_head", 1}, /* but not the tables */
        {"DELETE FROM journal_head", 1},
        {"UPDATE journal SET sequence = 100 WHERE sequence = 5;"
         "UPDATE journal SET sequence = 5 WHERE sequence = 8;"
         "UPDATE journal SET sequence = 8 WHERE sequence = 100",
         5},
        {"UPDATE journal SET sequence = sequence + 100 WHERE sequence > 4", 5},
        {"INSERT INTO journal SELECT 13, at, actor, organisation, kind, subject, body, secret, "
         "hash,"
         " mac FROM kept WHERE sequence = 12",
         13},
        {"INSERT INTO journal SELECT 0, at, actor, organisation, kind, subject, body, secret, hash,"
         " mac FROM kept WHERE sequence = 12",
         1},
        {"INSERT INTO journal SELECT -5, at, actor, organisation, kind, subject, body, secret, "
         "hash,"
         " mac FROM kept WHERE sequence = 12",
         1},
        /* The tail cut, and the head set to match as well as one can without the key. */
        {"DELETE FROM journal WHERE sequence > 10; UPDATE journal_head SET sequence = 10,"
         " hash = (SELECT hash FROM kept WHERE sequence = 10),"
         " at = (SELECT at FROM kept WHERE sequence = 10)",
         10},
        {"UPDATE journal_head SET sequence = 13", 13},
        {"UPDATE journal_head SET at = '2001-01-01T00:00:00.000000+08:00'", 12},
        {"UPDATE journal_head SET hash = mac", 12},
        {"UPDATE journal_head SET mac = hash", 12},
        {"UPDATE journal_head SET fingerprint = ''", 12},
    };
    NEEDS_STORE;

    fill(f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(test_place_tamper(&f->place, cases[i].sql));
        bool whole = journal_verify(f->store, &check, &e);

        if (whole != (cases[i].bad == 0) || check.bad != cases[i].bad)
            fail_msg("%s: bad %d, expected %d (%s)", cases[i].sql, (int)check.bad,
                     (int)cases[i].bad, whole ? "whole" : e.text);
        if (!whole)
            assert_int_equal(e.code, ERR_BROKEN);
        restore(f);
        ASSERT_OK(journal_verify(f->store, &check, &e));
    }
}

/* Read one column of one entry as hex. */
typedef struct Column {
    const char *name;
    int64_t sequence;
    Buf value;
    bool text;
} Column;

static bool read_column(Tx *tx, void *context, Err *e) {
    Column *c = context;
    scoped_arena Arena *a = arena_new();
    char text[100];

    snprintf(text, sizeof text, "SELECT %s AS v FROM journal WHERE sequence = $1", c->name);
    Node *rows = tx_rows_text(tx, a, str_of(text), ARGS(ARG_OF_INT(c->sequence)), e);

    if (!rows)
        return false;
    buf_add(&c->value, node_text(rows->items[0], "v"));
    return true;
}

static void any_byte_of_any_entry(void **state) {
    static const char *const columns[] = {"at",   "actor",  "organisation", "kind", "subject",
                                          "body", "secret", "hash",         "mac"};
    NEEDS_STORE;
    uint64_t seed = 20240105;

    fill(f);
    for (int i = 0; i < 120; i++) {
        Column c = {columns[toy_random(&seed) % 9], 1 + (int64_t)toy_random(&seed) % ENTRIES,
                    .text = true};
        scoped_arena Arena *a = arena_new();
        scoped_buf Buf hex;

        buf_init(&c.value, 100000);
        buf_init(&hex, 200000);
        c.text = strcmp(c.name, "secret") && strcmp(c.name, "hash") && strcmp(c.name, "mac");
        ASSERT_OK(store_read(f->store, read_column, &c, &e));
        if (c.value.len) {
            char *byte = &c.value.ptr[toy_random(&seed) % c.value.len];

            /* PostgreSQL takes only whole characters as text: change the ASCII ones. */
            while (c.text && (*byte & 0x80))
                byte = &c.value.ptr[toy_random(&seed) % c.value.len];
            *byte = c.text ? (char)(*byte == 'q' ? 'w' : 'q')
                           : (char)(*byte ^ 1 << toy_random(&seed) % 8);
            buf_add_hex(&hex, c.value.ptr, c.value.len);
            const char *form =
                f->postgresql ? (c.text ? "UPDATE journal SET %s = convert_from('\\x%s', 'UTF8') "
                                          "WHERE sequence = %d"
                                        : "UPDATE journal SET %s = '\\x%s' WHERE sequence = %d")
                              : (c.text ? "UPDATE journal SET %s = CAST(x'%s' AS TEXT) WHERE "
                                          "sequence = %d"
                                        : "UPDATE journal SET %s = x'%s' WHERE sequence = %d");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            assert_true(test_place_tamper(
                &f->place, str_format(a, form, c.name, hex.ptr, (int)c.sequence).ptr));
#pragma GCC diagnostic pop
            assert_false(journal_verify(f->store, &check, &e));
            if (check.bad != c.sequence)
                fail_msg("%s of %d: bad %d", c.name, (int)c.sequence, (int)check.bad);
            restore(f);
        }
        buf_done(&c.value);
    }
    ASSERT_OK(journal_verify(f->store, &check, &e));
}

/* Somebody who knows how the hashes are made, but not the key, makes them all fit again. */
typedef struct Forge {
    Fixture *fixture;
    unsigned char hash[SM3_SIZE];
    Buf sql;
} Forge;

static bool forge_entry(void *context, const Node *row, Err *e) {
    Forge *g = context;
    const char *open = g->fixture->postgresql ? "'\\x" : "x'";
    Entry entry = entry_of(row);
    unsigned char hash[SM3_SIZE];

    (void)e;
    entry_hash(g->hash, &entry, hash);
    memcpy(g->hash, hash, SM3_SIZE);
    if (memcmp(entry.hash.ptr, hash, SM3_SIZE) == 0)
        return true;
    buf_addf(&g->sql, "UPDATE journal SET hash = %s", open);
    buf_add_hex(&g->sql, hash, SM3_SIZE);
    buf_addf(&g->sql, "' WHERE sequence = %d;", (int)entry.sequence);
    return true;
}

static bool forge_work(Tx *tx, void *context, Err *e) {
    return tx_each(tx, &SQL_journal_all, NO_ARGS, forge_entry, context, e);
}

static void forge(Fixture *f, const char *change) {
    Forge g = {.fixture = f};
    Err e = {0};

    buf_init(&g.sql, 3500);
    assert_true(test_place_tamper(&f->place, change));
    ASSERT_OK(store_read(f->store, forge_work, &g, &e));
    buf_add_c(&g.sql, "UPDATE journal_head SET"
                      " hash = (SELECT hash FROM journal ORDER BY sequence DESC LIMIT 1),"
                      " at = (SELECT at FROM journal ORDER BY sequence DESC LIMIT 1)");
    assert_true(test_place_tamper(&f->place, g.sql.ptr));
    buf_done(&g.sql);
}

static void hashes_made_to_fit_again_are_found_by_the_key(void **state) {
    NEEDS_STORE;
    fill(f);
    forge(f, "UPDATE journal SET body = '{}' WHERE sequence = 5");
    assert_false(journal_verify(f->store, &check, &e));
    assert_int_equal(check.bad, 5);
    restore(f);
    forge(f, "UPDATE journal SET actor = 'li' WHERE sequence = 12");
    assert_false(journal_verify(f->store, &check, &e));
    assert_int_equal(check.bad, 12);
}

static void a_clock_set_back_is_found_without_any_key(void **state) {
    NEEDS_STORE;
    store_close(f->store);
    f->store = store_open(f->place.address, &e);
    assert_non_null(f->store);
    for (int i = 0; i < 4; i++)
        ASSERT_OK(toy_write(f->store, "toy.looked_at", "toy:1", i, NULL, &e));
    forge(f, "UPDATE journal SET actor = 'li' WHERE sequence = 2");
    ASSERT_OK(journal_verify(f->store, &check, &e)); /* nothing but a key could tell */
    forge(f, "UPDATE journal SET at = '2001-01-01T00:00:00.000000+08:00' WHERE sequence = 3");
    assert_false(journal_verify(f->store, &check, &e));
    assert_int_equal(check.bad, 3);
}

static void a_tampered_chain_is_not_written_on(void **state) {
    NEEDS_STORE;
    char digest[65];

    fill(f);
    assert_true(test_place_tamper(&f->place, "UPDATE journal_head SET hash = mac"));
    assert_false(toy_write(f->store, "toy.looked_at", "toy:1", 0, NULL, &e));
    assert_int_equal(e.code, ERR_BROKEN);
    restore(f);
    assert_true(test_place_tamper(
        &f->place, "INSERT INTO journal SELECT 13, at, actor, organisation, kind, subject, body,"
                   " secret, hash, mac FROM kept WHERE sequence = 12"));
    assert_false(toy_write(f->store, "toy.looked_at", "toy:1", 0, NULL, &e));
    assert_int_equal(e.code, ERR_BROKEN);
    restore(f);
    assert_true(test_place_tamper(&f->place, "UPDATE journal SET body = '{}' WHERE sequence = 5"));
    assert_false(journal_rebuild(f->store, digest, &e));
    assert_int_equal(e.code, ERR_BROKEN);
    restore(f);
    assert_true(test_place_tamper(&f->place, "DELETE FROM journal WHERE sequence > 7"));
    assert_false(journal_rebuild(f->store, digest, &e));
    assert_int_equal(e.code, ERR_BROKEN);
    restore(f);
    ASSERT_OK(toy_write(f->store, "toy.looked_at", "toy:1", 0, NULL, &e));
    ASSERT_OK(journal_rebuild(f->store, digest, &e));
}

/* Rebuilding empties tables, so it must not begin on a chain that cannot fill them again. */
static void a_chain_that_is_not_whole_is_not_rebuilt(void **state) {
    static const char *const cases[] = {
        "DELETE FROM journal; DELETE FROM journal_head",
        "DELETE FROM journal",
        "DELETE FROM journal_head",
        "UPDATE journal SET mac = hash WHERE sequence = 9",
        "DELETE FROM journal WHERE sequence = 12",
        ("INSERT INTO journal SELECT 13, at, actor, organisation, kind, subject, body, secret, "
         "hash,"
         " mac FROM kept WHERE sequence = 12"),
        "UPDATE journal_head SET mac = hash",
    };
    NEEDS_STORE;
    char before[65], after[65];

    fill(f);
    ASSERT_OK(journal_digest(f->store, before, &e));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(test_place_tamper(&f->place, cases[i]));
        err_clear(&e);
        if (journal_rebuild(f->store, after, &e) || e.code != ERR_BROKEN)
            fail_msg("%s: rebuilt (%s)", cases[i], e.text);
        ASSERT_OK(journal_digest(f->store, after, &e));
        assert_string_equal(after, before);
        restore(f);
    }
    ASSERT_OK(journal_rebuild(f->store, after, &e));
    assert_string_equal(after, before);
}

static void a_wiped_journal_is_missed_and_not_begun_again(void **state) {
    NEEDS_STORE;
    char digest[65];

    ASSERT_OK(journal_verify(f->store, &check, &e)); /* a new database */
    assert_int_equal(check.entries, 0);
    ASSERT_OK(journal_rebuild(f->store, digest, &e));
    fill(f);
    assert_true(test_place_tamper(&f->place, "DELETE FROM journal; DELETE FROM journal_head"));
    assert_false(journal_verify(f->store, &check, &e));
    assert_int_equal(e.code, ERR_BROKEN);
    assert_int_equal(check.bad, 1);
    assert_non_null(strstr(e.text, "第 1 条缺失"));
    err_clear(&e);
    assert_false(toy_write(f->store, "toy.made", "toy:2", 0, "乙", &e));
    assert_int_equal(e.code, ERR_BROKEN);
    restore(f);
    ASSERT_OK(toy_write(f->store, "toy.made", "toy:2", 0, "乙", &e));
}

/* What a start looks at: both ends, in a moment, however long the journal is. */
static void a_journal_without_its_ends_is_noticed_at_once(void **state) {
    static const char *const cases[] = {
        "DELETE FROM journal",
        "DELETE FROM journal; DELETE FROM journal_head",
        "DELETE FROM journal_head",
        "DELETE FROM journal WHERE sequence > 8",
        "DELETE FROM journal WHERE sequence = 12",
        "DELETE FROM journal WHERE sequence = 1",
        "UPDATE journal SET hash = mac WHERE sequence = 12",
        ("INSERT INTO journal SELECT 13, at, actor, organisation, kind, subject, body, secret, "
         "hash, mac FROM kept WHERE sequence = 12"),
    };
    NEEDS_STORE;

    fill(f);
    ASSERT_OK(journal_keys_fit(f->store, &e));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(test_place_tamper(&f->place, cases[i]));
        err_clear(&e);
        assert_false(journal_keys_fit(f->store, &e));
        assert_int_equal(e.code, ERR_BROKEN);
        assert_non_null(strstr(e.text, "用备份恢复"));
        assert_false(toy_write(f->store, "toy.looked_at", "toy:1", 0, NULL, &e));
        assert_int_equal(e.code, ERR_BROKEN);
        restore(f);
    }
    err_clear(&e);
    ASSERT_OK(journal_keys_fit(f->store, &e));
    ASSERT_OK(toy_write(f->store, "toy.looked_at", "toy:1", 0, NULL, &e));
}

static void the_chain_can_be_checked_without_this_program(void **state) {
    NEEDS_STORE;
    const char *script = getenv("LIANHENG_JOURNAL_VERIFY");
    char command[1500], target[700];

    if (!script)
        skip();
    fill(f);
    ASSERT_OK(journal_verify(f->store, &check, &e));
    if (f->postgresql)
        snprintf(target, sizeof target, "'%s'", f->place.address);
    else
        snprintf(target, sizeof target, "'%s/ops.db'", f->place.folder);
    snprintf(command, sizeof command, "python3 '%s' %s --head %s --quiet", script, target,
             check.head);
    assert_int_equal(system(command), 0);
    assert_true(test_place_tamper(&f->place, "UPDATE journal SET body = '{}' WHERE sequence = 5"));
    snprintf(command, sizeof command, "python3 '%s' %s --quiet --expect-bad 5", script, target);
    assert_int_equal(system(command), 0);
}

static void a_foreign_wrapped_key_is_noticed(void **state) {
    NEEDS_STORE;
    ASSERT_OK(toy_write(f->store, "toy.made", "toy:1", 0, "甲", &e));
    ASSERT_OK(toy_write(f->store, "toy.made", "toy:2", 0, "乙", &e));
    assert_true(test_place_tamper(
        &f->place, "UPDATE matter_key SET wrapped = (SELECT k.wrapped FROM matter_key k WHERE"
                   " k.subject = 'toy:2') WHERE subject = 'toy:1'"));
    char digest[65];

    assert_false(journal_rebuild(f->store, digest, &e));
    assert_int_equal(e.code, ERR_BROKEN);
}

int main(void) {
    crypto_start();
    const struct CMUnitTest tests[] = {
        ON_BOTH(tampering_is_found_at_its_first_entry),
        ON_BOTH(any_byte_of_any_entry),
        ON_BOTH(hashes_made_to_fit_again_are_found_by_the_key),
        ON_BOTH(a_clock_set_back_is_found_without_any_key),
        ON_BOTH(a_tampered_chain_is_not_written_on),
        ON_BOTH(a_chain_that_is_not_whole_is_not_rebuilt),
        ON_BOTH(a_wiped_journal_is_missed_and_not_begun_again),
        ON_BOTH(a_journal_without_its_ends_is_noticed_at_once),
        ON_BOTH(the_chain_can_be_checked_without_this_program),
        ON_BOTH(a_foreign_wrapped_key_is_noticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
