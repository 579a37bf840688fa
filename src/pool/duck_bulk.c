/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/duck_bulk.c: very many rows into a DuckDB table.
 *
 * INSERT INTO d_x SELECT * FROM lianheng_rows(7): DuckDB's own threads pull the rows out of a table
 * function, which asks the source of load number 7. Each thread fills whole row groups and writes
 * them to disk compressed, so that memory stays bounded, and no row is copied through an appender's
 * buffers. */
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/fault.h"
#include "pool/duck_chunk.h"

#include "base/banned.h"

typedef struct DuckLoad {
    int64_t number;
    const PoolTable *table;
    PoolSource *source;
    int workers;
    struct DuckLoad *next;
} DuckLoad;

/* Loads that run now. SQL names them by number, never by address. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static DuckLoad *loads;
static int64_t last_number;

static void enter(DuckLoad *l) {
    pthread_mutex_lock(&lock);
    l->number = ++last_number;
    l->next = loads;
    loads = l;
    pthread_mutex_unlock(&lock);
}

static void leave(DuckLoad *l) {
    pthread_mutex_lock(&lock);
    for (DuckLoad **at = &loads; *at; at = &(*at)->next)
        if (*at == l) {
            *at = l->next;
            break;
        }
    pthread_mutex_unlock(&lock);
}

static DuckLoad *find(int64_t number) {
    DuckLoad *found = NULL;

    pthread_mutex_lock(&lock);
    for (DuckLoad *l = loads; l && !found; l = l->next)
        if (l->number == number)
            found = l;
    pthread_mutex_unlock(&lock);
    return found;
}

static void bind_load(duckdb_bind_info info) {
    duckdb_value number = duckdb_bind_get_parameter(info, 0);
    DuckLoad *l = find(duckdb_get_int64(number));

    duckdb_destroy_value(&number);
    if (!l) {
        duckdb_bind_set_error(info, "no such load");
        return;
    }
    for (size_t i = 0; i < l->table->count; i++) {
        duckdb_logical_type type = duckdb_create_logical_type(duck_type(l->table->columns[i].type));

        duckdb_bind_add_result_column(info, l->table->columns[i].name.ptr, type);
        duckdb_destroy_logical_type(&type);
    }
    duckdb_bind_set_bind_data(info, l, NULL);
}

static void init_load(duckdb_init_info info) {
    const DuckLoad *l = duckdb_init_get_bind_data(info);

    duckdb_init_set_max_threads(info, (idx_t)l->workers);
}

typedef struct LoadThread {
    DuckLoad *load;
    void *thread; /* the source's */
    DuckChunk writer;
} LoadThread;

static void end_thread(void *thread) {
    LoadThread *t = thread;

    t->load->source->end(t->load->source, t->thread);
    duck_chunk_done(&t->writer);
    free(t);
}

static void init_thread(duckdb_init_info info) {
    LoadThread *t = calloc(1, sizeof *t);

    if (!t)
        abort();
    t->load = duckdb_init_get_bind_data(info);
    t->thread = t->load->source->start(t->load->source);
    duck_chunk_init(&t->writer, t->load->table->columns, t->load->table->count);
    duckdb_init_set_init_data(info, t, end_thread);
}

static void fill(duckdb_function_info info, duckdb_data_chunk output) {
    LoadThread *t = duckdb_function_get_local_init_data(info);
    PoolSource *source = t->load->source;
    const PoolValue *row = NULL;

    duck_chunk_start(&t->writer, output);
    while (t->writer.rows < t->writer.capacity) {
        if (!source->next(source, t->thread, &row)) {
            duckdb_function_set_error(info, "the source failed"); /* and knows why */
            return;
        }
        if (!row)
            break;
        duck_chunk_row(&t->writer, row);
    }
    duckdb_data_chunk_set_size(output, t->writer.rows);
}

bool duck_bulk_register(duckdb_connection connection) {
    duckdb_table_function f = duckdb_create_table_function();
    duckdb_logical_type number = duckdb_create_logical_type(DUCKDB_TYPE_BIGINT);

    duckdb_table_function_set_name(f, "lianheng_rows");
    duckdb_table_function_add_parameter(f, number);
    duckdb_table_function_set_bind(f, bind_load);
    duckdb_table_function_set_init(f, init_load);
    duckdb_table_function_set_local_init(f, init_thread);
    duckdb_table_function_set_function(f, fill);
    bool good = duckdb_register_table_function(connection, f) == DuckDBSuccess;

    duckdb_destroy_logical_type(&number);
    duckdb_destroy_table_function(&f);
    return good;
}

static bool insert(PoolSession *s, const DuckLoad *l, Err *e) {
    Buf sql;

    buf_init(&sql, (size_t)1 << 20);
    buf_add(&sql, STR("INSERT INTO "));
    pool_quote(l->table->name, &sql);
    for (size_t i = 0; i < l->table->count; i++) {
        buf_add(&sql, i ? STR(", ") : STR(" ("));
        pool_quote(l->table->columns[i].name, &sql);
    }
    buf_addf(&sql, ") SELECT * FROM lianheng_rows(%" PRId64 ")", l->number);
    bool good =
        pool_run(s, STR("BEGIN"), NULL, 0, NULL, e) && pool_run(s, buf_str(&sql), NULL, 0, NULL, e);

    buf_done(&sql);
    if (good && FAULT("pool.commit"))
        good = err_set(e, ERR_DISK, NULL, "数据资源池无法写入磁盘：请检查剩余空间后重试");
    if (good)
        return pool_run(s, STR("COMMIT"), NULL, 0, NULL, e);
    pool_run(s, STR("ROLLBACK"), NULL, 0, NULL, NULL);
    return false;
}

bool duck_bulk(Pool *p, const PoolTable *t, PoolSource *source, int workers, Err *e) {
    DuckLoad l = {.table = t, .source = source, .workers = workers};
    PoolSession *s = pool_session(p, e);

    if (!s)
        return false;
    enter(&l);
    bool good = insert(s, &l, e);

    leave(&l);
    pool_session_close(s);
    return good;
}
