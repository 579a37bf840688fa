/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/events.c: the broadcaster.
 *
 *   journal (writer's thread) ──► pending ──┐
 *   jobs ───────────────────────────────────┴─► broadcaster ──► queue of every stream ──► epoll
 * thread
 *
 * The broadcaster wakes when something is pending, at least four times a second.
 *
 * On PostgreSQL other servers write too: there the listener only wakes the broadcaster, which reads
 * what is new from the journal itself, whoever wrote it. */
#include "http/events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/log.h"
#include "http/guard.h"
#include "http/see.h"

#include "sql_statements.h"

enum {
    STREAMS_MOST = 1000,
    KERNEL_MOST =
        64 * 1024, /* what the socket may hold besides: the system would grow it to megabytes */
    MATTERS_MOST = 2000, /* events of matters told in a round */
    PENDING_MOST = 256,  /* clue events told one by one in a round; `run` tells the rest */
    RUNS_MOST = 200,     /* of batches and runs read from the journal in a round */
    ROUND_MS = 250,
    GAP_MS = 50,      /* between two rounds, so that a burst becomes few writes */
    PING_ROUNDS = 60, /* 15 seconds */
    CHECK_MS = 800,   /* a session or right that is taken away counts within a second */
};

#define STREAM_MAGIC 0x4c485354u /* "LHST" */

struct Stream {
    unsigned magic;
    Events *owner;
    struct MHD_Connection *connection;
    Stream *next;
    Buf queue;
    size_t sent;
    bool asleep, ended;
    char session[160];
    char login[LOGIN_MOST + 1];
    uint64_t mark; /* of the rights under which the queue was filled */
};

/* Something that happened, with what tells who may hear of it. */
typedef struct Pending {
    struct Pending *next;
    Str clue;       /* id; or */
    Str matter;     /* id; or */
    Str document;   /* id; or */
    int64_t batch;  /* number; or none of them: a run */
    Str text, less; /* less: a run without what it counted */
} Pending;

/* Lives as long as the store, which can't forget a listener. */
typedef struct Relay {
    pthread_mutex_t mutex;
    Events *events;
} Relay;

struct Events {
    Server *server;
    Relay *relay;
    pthread_mutex_t mutex; /* guards everything below */
    pthread_cond_t wake;
    pthread_t broadcaster;
    bool ending;
    bool shared;   /* the journal is read: others write it too */
    bool news;     /* the same: this server wrote to it */
    int64_t heard; /* the same: how far it was read; 0: not yet */
    Stream *streams;
    size_t stream_count;
    Arena *arena; /* of what is pending */
    Pending *first, **end;
    size_t pending_count, pending_sealed; /* clue events */
    size_t pending_matters;
};

/* --- streams ---------------------------------------------------------------------------------- */

/* On the epoll thread: bytes for the socket, or sleep until there are some. */
static ssize_t stream_read(void *cls, uint64_t position, char *out, size_t most) {
    Stream *st = cls;
    ssize_t n = 0;

    (void)position;
    pthread_mutex_lock(&st->owner->mutex);
    size_t left = st->queue.len - st->sent;

    if (left != 0) {
        n = (ssize_t)(left < most ? left : most);
        memcpy(out, st->queue.ptr + st->sent, (size_t)n);
        st->sent += (size_t)n;
        if (st->sent == st->queue.len) {
            buf_clear(&st->queue);
            st->sent = 0;
        }
    } else if (st->ended) {
        n = MHD_CONTENT_READER_END_OF_STREAM;
    } else {
        st->asleep = true;
        MHD_suspend_connection(st->connection);
    }
    pthread_mutex_unlock(&st->owner->mutex);
    return n;
}

static void stream_gone(void *cls) {
    Stream *st = cls;
    Events *ev = st->owner;

    pthread_mutex_lock(&ev->mutex);
    for (Stream **at = &ev->streams; *at != NULL; at = &(*at)->next) {
        if (*at != st)
            continue;
        *at = st->next;
        ev->stream_count--;
        break;
    }
    pthread_mutex_unlock(&ev->mutex);
    buf_done(&st->queue);
    st->magic = 0;
    free(st);
}

/* The next four with the lock held. */
static void stream_wake(Stream *st) {
    if (!st->asleep)
        return;
    st->asleep = false;
    MHD_resume_connection(st->connection);
}

static void stream_end(Stream *st) {
    st->ended = true;
    buf_clear(&st->queue);
    st->sent = 0;
    stream_wake(st);
}

/* What was read already does not count towards the ceiling. */
static void queue_trim(Stream *st) {
    if (st->sent == 0)
        return;
    memmove(st->queue.ptr, st->queue.ptr + st->sent, st->queue.len - st->sent);
    st->queue.len -= st->sent;
    st->sent = 0;
}

static void stream_push(Stream *st, Str text) {
    if (st->ended || text.len == 0)
        return;
    queue_trim(st);
    buf_add(&st->queue, text);
    if (st->queue.full)
        stream_end(st);
    else
        stream_wake(st);
}

static void bound_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    int most = KERNEL_MOST;

    if (info != NULL)
        setsockopt(info->connect_fd, SOL_SOCKET, SO_SNDBUF, &most, sizeof most);
}

static bool head_read(Tx *tx, void *context, Err *e) {
    return tx_int(tx, &SQL_journal_head, NO_ARGS, 0, context, e);
}

/* What happens from now on is told to the first stream. On a worker's thread. */
static int64_t head_now(const Events *ev) {
    const Scope *before = store_thread_scope(NULL);
    int64_t head = 0;

    if (ev->shared)
        store_read(ev->server->options.office->store, head_read, &head, NULL);
    store_thread_scope(before);
    return head;
}

struct MHD_Response *events_open(Events *ev, const Req *rq, Str session, Err *e) {
    Stream *st = calloc(1, sizeof *st);

    *st = (Stream){.magic = STREAM_MAGIC, .owner = ev, .connection = rq->connection};
    snprintf(st->session, sizeof st->session, "%.*s", STR_ARG(session));
    snprintf(st->login, sizeof st->login, "%.*s", STR_ARG(rq->view.login));
    st->mark = rights_mark(rq->rights);
    buf_init(&st->queue, ev->server->options.stream_most);
    bound_socket(rq->connection);
    /* The first bytes open the stream in the browser; `retry` is how soon it comes back. */
    buf_add_c(&st->queue, "retry: 2000\n\nevent: ping\ndata: {}\n\n");
    int64_t head = head_now(ev);

    pthread_mutex_lock(&ev->mutex);
    bool room = ev->stream_count < STREAMS_MOST && !ev->ending;

    if (room) {
        if (ev->streams == NULL)
            ev->heard = head;
        st->next = ev->streams;
        ev->streams = st;
        ev->stream_count++;
    }
    pthread_mutex_unlock(&ev->mutex);
    if (!room) {
        buf_done(&st->queue);
        free(st);
        err_set(e, ERR_BUSY, NULL, "打开的页面太多，实时更新暂不可用");
        return NULL;
    }
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, stream_read, st, stream_gone);
}

/* --- what happened ---------------------------------------------------------------------------- */

static void add_event(Buf *out, const char *name, const Node *data) {
    buf_addf(out, "event: %s\ndata: ", name);
    json_write(data, out);
    buf_add_c(out, "\n\n");
}

static void copy_members(Arena *a, Node *to, const Node *from, const char *const *keys) {
    for (; *keys != NULL; keys++) {
        const Node *value = node_get(from, *keys);

        if (value != NULL && value->kind == NODE_INT)
            node_set_int(a, to, *keys, value->integer);
        else if (value != NULL && value->kind == NODE_TEXT)
            node_set_text(a, to, *keys, value->text);
    }
}

static Str event_text(Arena *a, const char *name, const Node *data) {
    scoped_buf Buf text;

    buf_init(&text, STREAM_MOST);
    add_event(&text, name, data);
    return str_dup(a, buf_str(&text));
}

static Pending *pend(Events *ev) {
    Pending *p = arena_new_of(ev->arena, Pending);

    *ev->end = p;
    ev->end = &p->next;
    return p;
}

/* Sealed clues must not use up what others are told of open ones. */
static size_t *clues_pending(Events *ev, const Event *event) {
    return node_bool(event->body, "sealed", false) ? &ev->pending_sealed : &ev->pending_count;
}

/* What somebody did with a matter: the page that shows it asks again. Of those that nobody hears
 * one by one the list is asked anyway. */
static void note_matter(Events *ev, const Event *event) {
    static const char *const keys[] = {"verb", "revision", NULL};
    Node *data = node_map(ev->arena);
    Pending *p;

    if (ev->pending_matters++ >= MATTERS_MOST)
        return;
    p = pend(ev);
    p->matter = str_dup(ev->arena, str_slice(event->subject, 7, event->subject.len));
    node_set_text(ev->arena, data, "id", p->matter);
    node_set_text(ev->arena, data, "kind", str_slice(event->kind, 7, event->kind.len));
    copy_members(ev->arena, data, event->body, keys);
    p->text = event_text(ev->arena, "matter", data);
}

/* What was done with a document is told to those who see it, who are fewer than see its matter. */
static void note_document(Events *ev, const Event *event) {
    static const char *const keys[] = {"verb", "revision", NULL};
    Node *data = node_map(ev->arena);
    Pending *p;

    if (ev->pending_matters++ >= MATTERS_MOST)
        return;
    p = pend(ev);
    p->document = str_dup(ev->arena, node_text(event->body, "document"));
    node_set_text(ev->arena, data, "id", p->document);
    node_set_text(ev->arena, data, "matter", str_slice(event->subject, 7, event->subject.len));
    node_set_text(ev->arena, data, "kind", str_slice(event->kind, 9, event->kind.len));
    copy_members(ev->arena, data, event->body, keys);
    p->text = event_text(ev->arena, "document", data);
}

/* With the lock held. */
static void note(Events *ev, const Event *event) {
    static const char *const batch_keys[] = {"batch", "dataset", NULL};
    static const char *const run_keys[] = {"run", "model", NULL};
    static const char *const count_keys[] = {"new", "changed", "withdrawn", NULL};
    static const char *const clue_keys[] = {"model", "level", NULL};
    Arena *a = ev->arena;
    Node *data = node_map(a);

    if (str_is(event->kind, "batch.imported")) {
        Pending *p = pend(ev);

        copy_members(a, data, event->body, batch_keys);
        p->batch = node_int(event->body, "batch", 0);
        p->text = event_text(a, "batch", data);
    } else if (str_is(event->kind, "model.ran")) {
        Pending *p = pend(ev);

        copy_members(a, data, event->body, run_keys);
        p->less = event_text(a, "run", data);
        copy_members(a, data, event->body, count_keys);
        p->text = event_text(a, "run", data);
    } else if (str_starts(event->kind, STR("clue.")) && *clues_pending(ev, event) < PENDING_MOST) {
        Pending *p = pend(ev);

        p->clue = str_dup(a, str_slice(event->subject, 5, event->subject.len));
        node_set_text(a, data, "id", p->clue);
        node_set_text(a, data, "kind", str_slice(event->kind, 5, event->kind.len));
        copy_members(a, data, event->body, clue_keys);
        p->text = event_text(a, "clue", data);
        ++*clues_pending(ev, event);
    } else if (str_is(event->kind, "matter.begun") || str_is(event->kind, "matter.acted") ||
               str_is(event->kind, "matter.said")) {
        note_matter(ev, event);
    } else if (str_is(event->kind, "document.drafted") || str_is(event->kind, "document.acted")) {
        note_document(ev, event);
    }
}

/* On the writer's thread, after commit. */
static void on_event(void *context, const Event *event) {
    Relay *relay = context;

    pthread_mutex_lock(&relay->mutex);
    Events *ev = relay->events;

    if (ev != NULL) {
        pthread_mutex_lock(&ev->mutex);
        if (ev->streams != NULL) {
            if (!ev->shared)
                note(ev, event);
            ev->news = true;
            pthread_cond_signal(&ev->wake);
        }
        pthread_mutex_unlock(&ev->mutex);
    }
    pthread_mutex_unlock(&relay->mutex);
}

/* --- what other servers wrote ----------------------------------------------------------------- */

typedef struct News {
    Arena *arena;
    int64_t since, head;
    Node *rows;
} News;

/* Of a long run or a long night only so much is told one by one. */
static bool news_of(Tx *tx, News *n, const char *kinds, int most, Err *e) {
    Str sql = str_format(n->arena,
                         "SELECT sequence, kind, subject, body FROM journal WHERE sequence > $1 "
                         "AND sequence <= $2 AND (%s) ORDER BY sequence LIMIT %d",
                         kinds, most);
    const Node *rows =
        tx_rows_text(tx, n->arena, sql, ARGS(ARG_OF_INT(n->since), ARG_OF_INT(n->head)), e);

    for (size_t i = 0; rows != NULL && i < rows->count; i++)
        node_add(n->arena, n->rows, rows->items[i]);
    return rows != NULL;
}

static bool news_read(Tx *tx, void *context, Err *e) {
    News *n = context;

    n->rows = node_list(n->arena);
    if (!head_read(tx, &n->head, e))
        return false;
    if (n->since == 0 || n->head <= n->since)
        return true;
    return news_of(tx, n, "kind >= 'clue.' AND kind < 'clue/'", 2 * PENDING_MOST, e) &&
           news_of(tx, n,
                   "kind IN ('matter.begun', 'matter.acted', 'matter.said', 'document.drafted', "
                   "'document.acted')",
                   MATTERS_MOST, e) &&
           news_of(tx, n, "kind IN ('batch.imported', 'model.ran')", RUNS_MOST, e);
}

/* Called with the lock held, which is given up while the store is asked. */
static void note_news(Events *ev) {
    scoped_arena Arena *a = arena_new();
    News n = {.arena = a, .since = ev->heard};
    Err e = {0};

    ev->news = false;
    if (!ev->shared || ev->streams == NULL)
        return;
    pthread_mutex_unlock(&ev->mutex);
    bool good = store_read(ev->server->options.office->store, news_read, &n, &e);

    if (!good) /* asked again in the next round */
        log_line(LOG_WARNING, "events", "%s", e.text);
    pthread_mutex_lock(&ev->mutex);
    if (!good || ev->heard != n.since) /* everybody had gone, and somebody came */
        return;
    ev->heard = n.head;
    for (size_t i = 0; i < n.rows->count; i++) {
        const Node *row = n.rows->items[i];
        Event event = {.kind = node_text(row, "kind"), .subject = node_text(row, "subject")};

        event.body = json_read(a, node_text(row, "body"), NULL);
        if (event.body != NULL)
            note(ev, &event);
    }
}

/* --- the broadcaster -------------------------------------------------------------------------- */

/* What one person hears of a round. */
typedef struct Round {
    Events *ev;
    Arena *arena;
    const Pending *first;
    const Node *jobs;
    bool ping;
} Round;

static int by_node(const void *x, const void *y) {
    const Node *a = *(Node *const *)x, *b = *(Node *const *)y;

    return a->kind == NODE_INT ? (a->integer > b->integer) - (a->integer < b->integer)
                               : str_compare(a->text, b->text);
}

static void sort(Node *seen) {
    if (seen->count != 0)
        qsort(seen->items, seen->count, sizeof *seen->items, by_node);
}

/* Is it among what the person sees? Sorted. */
static bool lists(const Node *seen, const Pending *p) {
    Str text = p->clue.len != 0 ? p->clue : p->matter.len != 0 ? p->matter : p->document;
    Node wanted = {.kind = text.len != 0 ? NODE_TEXT : NODE_INT, .text = text};
    const Node *key = &wanted;

    if (text.len == 0)
        wanted.integer = p->batch;
    return seen->count != 0 &&
           bsearch(&key, seen->items, seen->count, sizeof *seen->items, by_node) != NULL;
}

static bool hear(const Round *r, const Rights *rights, Buf *out, Err *e) {
    Store *store = r->ev->server->options.office->store;
    Arena *a = r->arena;
    size_t n = 0, clue_count = 0, batch_count = 0, matter_count = 0, document_count = 0;
    Node *clues, *batches, *matters, *documents;

    for (const Pending *p = r->first; p != NULL; p = p->next)
        n++;
    Str *ids = arena_array_of(a, n, Str), *of_matters = arena_array_of(a, n, Str),
        *of_documents = arena_array_of(a, n, Str);
    int64_t *numbers = arena_array_of(a, n, int64_t);

    for (const Pending *p = r->first; p != NULL; p = p->next) {
        if (p->clue.len != 0)
            ids[clue_count++] = p->clue;
        else if (p->matter.len != 0)
            of_matters[matter_count++] = p->matter;
        else if (p->document.len != 0)
            of_documents[document_count++] = p->document;
        else if (p->batch != 0)
            numbers[batch_count++] = p->batch;
    }
    if (!see_clues(store, rights, ids, clue_count, a, &clues, e) ||
        !see_batches(store, rights, numbers, batch_count, a, &batches, e) ||
        !see_matters(store, rights, of_matters, matter_count, a, &matters, e) ||
        !see_documents(store, rights, of_documents, document_count, a, &documents, e))
        return false;
    sort(clues);
    sort(batches);
    sort(matters);
    sort(documents);
    for (const Pending *p = r->first; p != NULL; p = p->next) {
        if (p->clue.len != 0 || p->matter.len != 0 || p->document.len != 0 || p->batch != 0) {
            if (lists(p->clue.len != 0       ? clues
                      : p->matter.len != 0   ? matters
                      : p->document.len != 0 ? documents
                                             : batches,
                      p))
                buf_add(out, p->text);
        } else if (rights_allow(rights, PERMISSION_MODEL_READ)) {
            buf_add(out, rights_whole(rights) ? p->text : p->less);
        }
    }
    for (size_t i = 0; i < r->jobs->count; i++) {
        if (!see_job(rights, r->jobs->items[i]))
            continue;
        Node *job = node_map(a);

        for (size_t k = 0; k < r->jobs->items[i]->count; k++)
            if (!str_is(r->jobs->items[i]->keys[k], "actor"))
                node_append(a, job, r->jobs->items[i]->keys[k], r->jobs->items[i]->items[k]);
        see_job_trim(rights, a, job);
        add_event(out, "job", job);
    }
    return true;
}

/* Streams that were filled under other rights and not read since start over: their reader comes
 * back and asks for what he may see now. */
static void tell(const Round *r, Str login) {
    Office *o = r->ev->server->options.office;
    scoped_buf Buf out;
    Err e = {0};
    Snapshot *s = office_snapshot(o);
    const Rights *rights = rights_of(o->store, s->content, login, &e);
    uint64_t mark = rights != NULL ? rights_mark(rights) : 0;

    snapshot_drop(s);
    buf_init(&out, STREAM_MOST);
    bool good = rights != NULL && hear(r, rights, &out, &e);

    if (!good) /* their readers come back and ask for everything */
        log_line(LOG_WARNING, "events", "streams of %.*s end: %s", STR_ARG(login), e.text);
    rights_drop(rights);
    if (r->ping)
        buf_add_c(&out, "event: ping\ndata: {}\n\n");
    pthread_mutex_lock(&r->ev->mutex);
    for (Stream *st = r->ev->streams; st != NULL; st = st->next) {
        if (!str_is(login, st->login))
            continue;
        if (!good || (st->mark != mark && st->queue.len != st->sent))
            stream_end(st);
        else
            stream_push(st, buf_str(&out));
        st->mark = mark;
    }
    pthread_mutex_unlock(&r->ev->mutex);
}

static void tell_everybody(const Round *r) {
    Events *ev = r->ev;
    size_t n = 0;

    pthread_mutex_lock(&ev->mutex);
    Str *logins = arena_array_of(r->arena, ev->stream_count, Str);

    for (const Stream *st = ev->streams; st != NULL; st = st->next) {
        bool known = false;

        for (size_t i = 0; i < n && !known; i++)
            known = str_is(logins[i], st->login);
        if (!known)
            logins[n++] = str_dup(r->arena, str_of(st->login));
    }
    pthread_mutex_unlock(&ev->mutex);
    for (size_t i = 0; i < n; i++)
        tell(r, logins[i]);
}

/* Sessions that ended take their streams with them. The lock is not held while the store is asked.
 */
static void end_revoked(Events *ev) {
    scoped_arena Arena *a = arena_new();
    size_t n = 0;

    pthread_mutex_lock(&ev->mutex);
    Str *sessions = arena_array_of(a, ev->stream_count, Str);

    for (const Stream *st = ev->streams; st != NULL; st = st->next)
        sessions[n++] = str_dup(a, str_of(st->session));
    pthread_mutex_unlock(&ev->mutex);
    for (size_t i = 0; i < n; i++) {
        if (guard_session_lives(ev->server->options.office, sessions[i]))
            continue;
        pthread_mutex_lock(&ev->mutex);
        for (Stream *st = ev->streams; st != NULL; st = st->next)
            if (str_is(sessions[i], st->session))
                stream_end(st);
        pthread_mutex_unlock(&ev->mutex);
    }
}

static void wait_ms(Events *ev, long ms) {
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += ms * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_cond_timedwait(&ev->wake, &ev->mutex, &until);
}

static double seconds_now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* One round without the lock: who is still signed in, and what everybody hears. */
static void round_run(Events *ev, Arena *a, const Pending *first, uint64_t *since, double *checked,
                      bool ping) {
    double now = seconds_now();
    /* Also when nobody listens: nobody hears old news later. */
    Round r = {ev, a, first, jobs_changed(ev->server->jobs, since, a), ping};
    bool check = now - *checked >= CHECK_MS / 1000.0;

    if (check) {
        *checked = now;
        end_revoked(ev);
    }
    if (check || ping || first != NULL || r.jobs->count != 0)
        tell_everybody(&r);
}

static void *broadcast(void *context) {
    Events *ev = context;
    uint64_t since = 0;
    unsigned round = 0;
    double checked = 0;

    pthread_mutex_lock(&ev->mutex);
    while (!ev->ending) {
        if (ev->first == NULL && !ev->news)
            wait_ms(ev, ROUND_MS);
        note_news(ev);
        Arena *a = ev->arena;
        const Pending *first = ev->first;
        bool any = ev->streams != NULL;

        ev->arena = arena_new();
        ev->first = NULL;
        ev->end = &ev->first;
        ev->pending_count = ev->pending_sealed = ev->pending_matters = 0;
        pthread_mutex_unlock(&ev->mutex);
        round_run(ev, a, first, &since, &checked, any && ++round % PING_ROUNDS == 0);
        arena_free(a);
        pthread_mutex_lock(&ev->mutex);
        if (!ev->ending)
            wait_ms(ev, GAP_MS);
    }
    pthread_mutex_unlock(&ev->mutex);
    return NULL;
}

Events *events_new(Server *s) {
    Events *ev = calloc(1, sizeof *ev);
    Office *office = s->options.office;
    pthread_condattr_t monotonic;

    ev->server = s;
    ev->shared = store_is_postgresql(office->store);
    pthread_mutex_init(&ev->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&ev->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    ev->arena = arena_new();
    ev->end = &ev->first;
    ev->relay = arena_new_of(office->arena, Relay);
    pthread_mutex_init(&ev->relay->mutex, NULL);
    ev->relay->events = ev;
    journal_listen(office->store, on_event, ev->relay);
    if (pthread_create(&ev->broadcaster, NULL, broadcast, ev) != 0)
        abort();
    return ev;
}

void events_end(Events *ev) {
    pthread_mutex_lock(&ev->relay->mutex);
    ev->relay->events = NULL;
    pthread_mutex_unlock(&ev->relay->mutex);
    pthread_mutex_lock(&ev->mutex);
    ev->ending = true;
    for (Stream *st = ev->streams; st != NULL; st = st->next)
        stream_end(st);
    pthread_cond_signal(&ev->wake);
    pthread_mutex_unlock(&ev->mutex);
    pthread_join(ev->broadcaster, NULL);
}

void events_free(Events *ev) {
    if (ev == NULL)
        return;
    arena_free(ev->arena);
    pthread_mutex_destroy(&ev->mutex);
    pthread_cond_destroy(&ev->wake);
    free(ev);
}
