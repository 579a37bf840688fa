/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/journal.c: appending to the chain, projecting, and telling those who listen. */
#include "store/journal.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "sql_statements.h"
#include "store/journal_entry.h"

#include "base/banned.h"

enum { SETS_MOST = 64, TABLES_MOST = 200, BODY_MOST = 1024 * 1024, NAME_MOST = 400 };

/* ---- registration ---- */

static struct {
    pthread_mutex_t lock; /* against two threads registering; readers come later */
    const Projection *sets[SETS_MOST];
    size_t set_count;
    const char *tables[TABLES_MOST];
    size_t table_count;
} registered = {.lock = PTHREAD_MUTEX_INITIALIZER};

void journal_register(const Projection *projections, const char *const *tables) {
    bool known = false;

    pthread_mutex_lock(&registered.lock);
    for (size_t i = 0; i < registered.set_count; i++)
        known = known || registered.sets[i] == projections;
    if (!known) {
        assert(registered.set_count < SETS_MOST);
        registered.sets[registered.set_count++] = projections;
        for (; tables && *tables; tables++) {
            assert(registered.table_count < TABLES_MOST);
            registered.tables[registered.table_count++] = *tables;
        }
    }
    pthread_mutex_unlock(&registered.lock);
}

const char *const *projected_tables(size_t *count) {
    *count = registered.table_count;
    return registered.tables;
}

Node *journal_kinds(Arena *a) {
    Node *list = node_list(a);

    for (size_t i = 0; i < registered.set_count; i++)
        for (const Projection *p = registered.sets[i]; p->kind; p++) {
            bool told = false;

            for (size_t k = 0; k < list->count; k++)
                told |= str_is(list->items[k]->text, p->kind);
            if (!told)
                node_add(a, list, node_of_text(a, str_of(p->kind)));
        }
    return list;
}

bool kind_known(Str kind) {
    if (str_is(kind, "key.destroyed"))
        return true;
    for (size_t i = 0; i < registered.set_count; i++)
        for (const Projection *p = registered.sets[i]; p->kind; p++)
            if (str_is(kind, p->kind))
                return true;
    return false;
}

bool project(Tx *tx, const Event *event, Err *e) {
    if (!kind_known(event->kind))
        return err_set(e, ERR_INTERNAL, NULL, "事件种类 %.*s 没有登记，不能处理",
                       STR_ARG(event->kind));
    for (size_t i = 0; i < registered.set_count; i++)
        for (const Projection *p = registered.sets[i]; p->kind; p++)
            if (p->project && str_is(event->kind, p->kind) && !p->project(tx, event, e))
                return err_prefix(e, "事件 %.*s", STR_ARG(event->kind));
    return true;
}

/* ---- the chain within one transaction ---- */

Chain chain_mark(const Chain *c) {
    return *c;
}

/* Undo what a failed job added. Its pending events stay in the arena, unreachable. */
void chain_back(Chain *c, const Chain *mark) {
    *c = *mark;
    if (c->last)
        c->last->next = NULL;
}

bool chain_load(Tx *tx, Err *e) {
    if (tx->chain->loaded)
        return true;
    /* A chain is not written on that has lost its end, nor begun anew over what an older one left.
     */
    if (!head_read(tx, &tx->chain->head, e) || !chain_ends_fit(tx, &tx->chain->head, e))
        return false;
    tx->chain->loaded = true;
    return true;
}

bool chain_seal(Tx *tx, Err *e) {
    if (!tx->chain->changed)
        return true;
    if (FAULT("journal.head"))
        return err_set(e, ERR_DISK, NULL, "写日志链头时磁盘出错，这次改动没有保存");
    return head_write(tx, &tx->chain->head, e);
}

/* ---- appending ---- */

static bool check_event(const Event *event, Err *e) {
    if (event->kind.len == 0 || event->subject.len == 0 || event->actor.len == 0)
        return err_set(e, ERR_INTERNAL, NULL, "事件缺少种类、对象或者操作人");
    if (event->kind.len > NAME_MOST || event->subject.len > NAME_MOST ||
        event->actor.len > NAME_MOST || event->organisation.len > NAME_MOST)
        return err_set(e, ERR_TOO_LARGE, NULL, "事件的种类、对象或操作人太长");
    if (!kind_known(event->kind))
        return err_set(e, ERR_INTERNAL, NULL, "事件种类 %.*s 没有登记，不能保存",
                       STR_ARG(event->kind));
    return true;
}

static bool insert(Tx *tx, const Entry *entry, Err *e) {
    Err why = {0};

    if (FAULT("journal.insert"))
        return err_set(e, ERR_DISK, NULL, "写日志时磁盘出错，这次改动没有保存");
    if (tx_run(tx, &SQL_journal_insert,
               ARGS(ARG_OF_INT(entry->sequence), ARG_OF_TEXT(entry->at), ARG_OF_TEXT(entry->actor),
                    ARG_OF_TEXT(entry->organisation), ARG_OF_TEXT(entry->kind),
                    ARG_OF_TEXT(entry->subject), ARG_OF_TEXT(entry->body),
                    entry->has_secret ? ARG_OF_BLOB(entry->secret.ptr, entry->secret.len)
                                      : ARG_OF_NULL,
                    ARG_OF_BLOB(entry->hash.ptr, entry->hash.len),
                    ARG_OF_BLOB(entry->mac.ptr, entry->mac.len)),
               NULL, &why))
        return true;
    if (why.code == ERR_CONFLICT)
        return err_set(e, ERR_BROKEN, NULL,
                       "日志里多出了第 %" PRId64
                       " 条，日志在程序之外被改过，请运行 lianheng journal verify",
                       entry->sequence);
    if (e)
        *e = why;
    return false;
}

static bool anybody_listens(Store *s) {
    pthread_mutex_lock(&s->listening);
    bool yes = s->listeners != NULL;

    pthread_mutex_unlock(&s->listening);
    return yes;
}

/* Keep a copy for the listeners, if there are any. */
static void remember(Tx *tx, const Event *event, Str body) {
    Chain *c = tx->chain;

    if (!anybody_listens(tx->store))
        return;
    Pending *p = arena_new_of(c->arena, Pending);

    *p = (Pending){event->sequence,
                   event->at,
                   str_dup(c->arena, event->actor),
                   str_dup(c->arena, event->organisation),
                   str_dup(c->arena, event->kind),
                   str_dup(c->arena, event->subject),
                   str_dup(c->arena, body),
                   NULL};
    if (c->last)
        c->last->next = p;
    else
        c->first = p;
    c->last = p;
}

/* Write the entry down and let projections see it as it was written. */
static bool append(Tx *tx, Event *event, Arena *a, Buf *body, Buf *secret, Err *e) {
    Head *head = &tx->chain->head;
    unsigned char hash[SM3_SIZE], mac[SM3_SIZE];
    char at[INSTANT_TEXT];
    Entry entry = {.sequence = event->sequence,
                   .actor = event->actor,
                   .organisation = event->organisation,
                   .kind = event->kind,
                   .subject = event->subject};
    Event written;

    instant_format(event->at, at);
    entry.at = str_of(at);
    if (event->body)
        json_write(event->body, body);
    else
        buf_add_c(body, "{}");
    if (body->full)
        return err_set(e, ERR_TOO_LARGE, NULL, "事件内容超过 1 MiB，没有保存");
    entry.body = buf_str(body);
    if (event->secret &&
        !secret_seal(tx, event->subject, event->sequence, event->secret, secret, e))
        return false;
    entry.has_secret = event->secret != NULL;
    entry.secret = buf_str(secret);
    entry_hash(head->hash, &entry, hash);
    entry.hash = (Str){(const char *)hash, SM3_SIZE};
    entry.mac = entry_mac(tx->store->keys, head->generation, entry.sequence, hash, mac);
    if (!insert(tx, &entry, e))
        return false;
    *head = (Head){.sequence = event->sequence,
                   .generation = generation_after(&entry, head->generation),
                   .at = event->at};
    memcpy(head->hash, hash, SM3_SIZE);
    tx->chain->changed = true;
    if (!event_of(tx, a, &entry, &written, e) || !project(tx, &written, e))
        return false;
    remember(tx, event, entry.body);
    return true;
}

static bool append_checked(Tx *tx, Event *event, Err *e) {
    if (!check_event(event, e) || !chain_load(tx, e))
        return false;
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf body;
    scoped_buf Buf secret;
    Instant now = instant_now();
    const Head *head = &tx->chain->head;

    buf_init(&body, BODY_MOST);
    buf_init(&secret, 5 * BODY_MOST);
    event->sequence = head->sequence + 1;
    event->at = now > head->at ? now : head->at;
    return append(tx, event, a, &body, &secret, e);
}

/* The chain and its projections see all rows, whoever it is that acts. */
bool journal_append(Tx *tx, Event *event, Err *e) {
    const Scope *scope = tx->scope;

    assert(tx->chain && "journal_append in a read-only transaction");
    tx->scope = NULL;
    bool good = append_checked(tx, event, e);

    tx->scope = scope;
    return good;
}

bool event_of(Tx *tx, Arena *a, const Entry *entry, Event *out, Err *e) {
    Event event = {.sequence = entry->sequence,
                   .actor = entry->actor,
                   .organisation = entry->organisation,
                   .kind = entry->kind,
                   .subject = entry->subject};

    if (!instant_parse(entry->at, &event.at))
        return err_set(e, ERR_BROKEN, NULL, "第 %" PRId64 " 条日志的时间读不懂", entry->sequence);
    event.body = json_read(a, entry->body, e);
    if (!event.body)
        return err_prefix(e, "第 %" PRId64 " 条日志", entry->sequence);
    if (!secret_unseal(tx, a, entry, &event.secret, e))
        return false;
    *out = event;
    return true;
}

int64_t event_owner(const Event *event) {
    int64_t number;

    return str_to_int(event->organisation, &number) && number > 0 ? number : 1;
}

/* ---- listeners ---- */

struct Listener {
    JournalListener *listener;
    void *context;
    struct Listener *next;
};

void journal_listen(Store *s, JournalListener *listener, void *context) {
    struct Listener *new = calloc(1, sizeof *new);

    if (!new)
        abort();
    *new = (struct Listener){listener, context, NULL};
    pthread_mutex_lock(&s->listening);
    struct Listener **end = &s->listeners;

    while (*end)
        end = &(*end)->next;
    *end = new;
    pthread_mutex_unlock(&s->listening);
}

void journal_unlisten(Store *s, JournalListener *listener, void *context) {
    pthread_mutex_lock(&s->listening);
    for (struct Listener **l = &s->listeners; *l;) {
        struct Listener *gone = *l;

        if (gone->listener == listener && gone->context == context) {
            *l = gone->next;
            free(gone);
        } else {
            l = &gone->next;
        }
    }
    pthread_mutex_unlock(&s->listening);
}

void chain_publish(Store *s, const Chain *c) {
    for (const Pending *p = c->first; p; p = p->next) {
        scoped_arena Arena *a = arena_new();
        Event event = {.sequence = p->sequence,
                       .at = p->at,
                       .actor = p->actor,
                       .organisation = p->organisation,
                       .kind = p->kind,
                       .subject = p->subject};

        event.body = json_read(a, p->body, NULL);
        pthread_mutex_lock(&s->listening);
        for (const struct Listener *l = s->listeners; l; l = l->next)
            l->listener(l->context, &event);
        pthread_mutex_unlock(&s->listening);
    }
}

void journal_done(Store *s) {
    for (JournalKeys *k = s->keys, *older; k; k = older) {
        older = k->older;
        wipe(k, sizeof *k);
        free(k);
    }
    for (struct Listener *l = s->listeners, *next; l; l = next) {
        next = l->next;
        free(l);
    }
}
