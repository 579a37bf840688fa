/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/verdict.c: compare a batch with itself and with what was stored before.
 *
 * Most rows of most files are alone with their id; only the contested ones are looked at closely.
 * For each id
 *   - of equal rows (id and digest) in the file the last one counts, the others are duplicates;
 *   - the last row left is the candidate: a duplicate when it equals the live version, else the new
 * live version;
 *   - rows before it are duplicates when they equal any stored version, else history that ended
 * with this batch. */
#include <inttypes.h>
#include <stdio.h>

#include "pool/verdict.h"

#include "base/fault.h"

#include "base/banned.h"

typedef struct Step {
    PoolSession *session;
    const PoolTable *table;
    int64_t batch;
} Step;

/* In the text, @T stands for the table, @B for the batch, @F for forever. */
static bool step(const Step *s, const char *text, int64_t *changed, Err *e) {
    Buf sql;

    buf_init(&sql, (size_t)1 << 20);
    for (const char *p = text; *p; p++) {
        if (p[0] == '@' && p[1] == 'T')
            pool_quote(s->table->name, &sql);
        else if (p[0] == '@' && p[1] == 'B')
            buf_addf(&sql, "%" PRId64, s->batch);
        else if (p[0] == '@' && p[1] == 'F')
            buf_addf(&sql, "%" PRId64, POOL_FOREVER);
        else
            buf_add_char(&sql, *p);
        p += *p == '@';
    }
    bool good = pool_run(s->session, buf_str(&sql), NULL, 0, changed, e);

    buf_done(&sql);
    return good;
}

static bool count_of(const Step *s, const char *table, int64_t *out, Err *e) {
    Buf sql;

    buf_init(&sql, 1000);
    buf_addf(&sql, "SELECT count(*) FROM %s", table);
    bool good = pool_int(s->session, buf_str(&sql), NULL, 0, out, e);

    buf_done(&sql);
    return good;
}

/* Ids that stand in this batch more than once, and ids stored before. */
static bool find_contested(const Step *s, int64_t *contested, Err *e) {
    int64_t again = 0, seen = 0;

    *contested = 0;
    if (!step(s,
              "CREATE TEMP TABLE verdict_again AS SELECT id FROM @T WHERE batch = @B GROUP BY id "
              "HAVING count(*) > 1",
              NULL, e) ||
        !step(s,
              "CREATE TEMP TABLE verdict_seen AS SELECT DISTINCT id FROM @T WHERE batch < @B AND "
              "id IN (SELECT id "
              "FROM @T WHERE batch = @B)",
              NULL, e) ||
        !count_of(s, "verdict_again", &again, e) || !count_of(s, "verdict_seen", &seen, e))
        return false;
    *contested = again + seen;
    return true;
}

/* fate: 0 duplicate, 1 live, 2 history. Lines of verdict_mine without a fate are repetitions in the
 * file. */
static bool judge(const Step *s, Err *e) {
    static const char *const steps[] = {
        "CREATE TEMP TABLE verdict_mine AS SELECT line, id, digest FROM @T WHERE batch = @B AND id "
        "IN (SELECT id FROM "
        "verdict_again UNION SELECT id FROM verdict_seen)",
        "CREATE TEMP TABLE verdict_stored AS SELECT id, digest, max(until) AS until FROM @T WHERE "
        "batch < @B AND id IN "
        "(SELECT id FROM verdict_seen) GROUP BY id, digest",
        "CREATE TEMP TABLE verdict_kept AS SELECT id, digest, max(line) AS line FROM verdict_mine "
        "GROUP BY id, digest",
        "CREATE TEMP TABLE verdict_fate AS SELECT k.id, k.line, "
        "CASE WHEN k.line = l.line THEN CASE WHEN o.until = @F THEN 0 ELSE 1 END "
        "ELSE CASE WHEN o.id IS NOT NULL THEN 0 ELSE 2 END END AS fate "
        "FROM verdict_kept k JOIN (SELECT id, max(line) AS line FROM verdict_kept GROUP BY id) l "
        "ON l.id = k.id "
        "LEFT JOIN verdict_stored o ON o.id = k.id AND o.digest = k.digest",
    };

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (!step(s, steps[i], NULL, e))
            return false;
    return true;
}

static bool apply(const Step *s, Verdict *out, Err *e) {
    return step(s,
                "DELETE FROM @T WHERE batch = @B AND line IN (SELECT line FROM verdict_mine EXCEPT "
                "SELECT line FROM "
                "verdict_fate WHERE fate > 0)",
                &out->duplicates, e) &&
           step(s,
                "UPDATE @T SET until = @B WHERE batch = @B AND line IN (SELECT line FROM "
                "verdict_fate WHERE fate = 2)",
                NULL, e) &&
           step(s,
                "UPDATE @T SET until = @B WHERE batch < @B AND until = @F AND id IN (SELECT id "
                "FROM verdict_fate "
                "WHERE fate = 1)",
                &out->corrected, e);
}

static bool drop_tables(const Step *s, Err *e) {
    static const char *const tables[] = {"again", "seen", "mine", "stored", "kept", "fate"};
    bool good = true;

    for (size_t i = 0; i < sizeof tables / sizeof tables[0] && good; i++) {
        char sql[100];

        snprintf(sql, sizeof sql, "DROP TABLE IF EXISTS verdict_%s", tables[i]);
        good = step(s, sql, NULL, e);
    }
    return good;
}

bool verdict_run(PoolSession *session, const PoolTable *t, int64_t batch, Verdict *out, Err *e) {
    Step s = {session, t, batch};
    Verdict found = {0};
    int64_t contested;

    if (!drop_tables(&s, e) || !pool_run(session, STR("BEGIN"), NULL, 0, NULL, e))
        return false;
    bool good =
        find_contested(&s, &contested, e) && (!contested || (judge(&s, e) && apply(&s, &found, e)));

    if (good && FAULT("pool.verdict.commit"))
        good = err_set(e, ERR_DISK, NULL, "数据资源池无法写入磁盘：请检查剩余空间后重试");
    if (!good) {
        pool_run(session, STR("ROLLBACK"), NULL, 0, NULL, NULL);
        return false;
    }
    if (!pool_run(session, STR("COMMIT"), NULL, 0, NULL, e))
        return false;
    drop_tables(&s, NULL);
    *out = found;
    return true;
}
