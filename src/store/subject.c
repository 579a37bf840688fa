/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/subject.c: columns and files under the keys of subjects. */
#include "store/subject.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "sql_statements.h"
#include "base/hash.h"
#include "store/journal_entry.h"

#include "base/banned.h"

#define MARK "s1:"
enum { BORN_SIZE = 8, SUBJECTS_EACH = 500 };
#define COLUMN_MOST ((size_t)16 << 20)

typedef struct Opened {
    Str subject;
    MatterKey key;
    Sealer *sealer; /* made with the first use */
} Opened;

struct SubjectKeys {
    size_t count;
    Opened *items;
};

static void forget_keys(void *p) {
    SubjectKeys *k = p;

    for (size_t i = 0; i < k->count; i++) {
        sealer_free(k->items[i].sealer);
        wipe(&k->items[i].key, sizeof k->items[i].key);
    }
}

/* ---- asking ---- */

/* Looked up one after the other, in this order: whatever SQLite knows of the table's size, old as
 * it may be, it must not read the whole of it for a page of a list. */
static Node *keys_read(Tx *tx, const Str *subjects, size_t n, Arena *a, Err *e) {
    Arg *args = arena_array_of(a, n, Arg);
    scoped_buf Buf sql;

    buf_init(&sql, 1 << 16);
    buf_add_c(&sql, "SELECT k.subject, k.born, k.wrapped, k.generation FROM (VALUES ");
    for (size_t i = 0; i < n; i++) {
        args[i] = ARG_OF_TEXT(subjects[i]);
        buf_addf(&sql, "%s($%zu)", i ? "," : "", i + 1);
    }
    buf_add_c(&sql, ") AS v CROSS JOIN matter_key k WHERE k.subject = v.column1");
    return tx_rows_text(tx, a, buf_str(&sql), args, n, e);
}

static bool add_rows(Tx *tx, SubjectKeys *k, const Node *rows, Err *e) {
    Sealer *wrapper = NULL;
    int64_t of = 0;
    bool good = true;

    for (size_t i = 0; good && i < rows->count; i++) {
        int64_t generation = node_int(rows->items[i], "generation", 1);

        if (!wrapper || generation != of) {
            sealer_free(wrapper);
            wrapper = key_wrapper(tx->store, generation, e);
            of = generation;
        }
        Opened *o = &k->items[k->count];

        o->subject = node_text(rows->items[i], "subject");
        good = wrapper && key_unwrap(wrapper, o->subject, rows->items[i], &o->key, e);
        k->count += good;
    }
    sealer_free(wrapper);
    return good;
}

SubjectKeys *subject_keys(Tx *tx, const Str *subjects, size_t n, Arena *a, Err *e) {
    SubjectKeys *k = arena_new_of(a, SubjectKeys);

    k->items = arena_array_of(a, n, Opened);
    arena_defer(a, forget_keys, k);
    for (size_t i = 0; i < n; i += SUBJECTS_EACH) {
        size_t each = n - i < SUBJECTS_EACH ? n - i : SUBJECTS_EACH;
        const Node *rows = keys_read(tx, subjects + i, each, a, e);

        if (!rows || !add_rows(tx, k, rows, e))
            return NULL;
    }
    return k;
}

static Opened *find(SubjectKeys *k, Str subject) {
    for (size_t i = 0; i < k->count; i++)
        if (str_eq(k->items[i].subject, subject)) {
            if (!k->items[i].sealer)
                k->items[i].sealer = sealer_new(k->items[i].key.key);
            return &k->items[i];
        }
    return NULL;
}

bool subject_known(const SubjectKeys *k, Str subject) {
    for (size_t i = 0; i < k->count; i++)
        if (str_eq(k->items[i].subject, subject))
            return true;
    return false;
}

/* ---- columns ---- */

bool subject_sealed(Str stored) {
    return str_starts(stored, STR(MARK));
}

static Str context_of(Arena *a, Str subject, Str place) {
    return str_format(a, "column/%.*s/%.*s", STR_ARG(subject), STR_ARG(place));
}

bool subject_seal(SubjectKeys *k, Str subject, Str place, Str plain, Arena *a, Str *out, Err *e) {
    Opened *o = find(k, subject);
    scoped_buf Buf blob;
    scoped_buf Buf text;

    buf_init(&blob, COLUMN_MOST);
    buf_init(&text, 2 * COLUMN_MOST);
    if (!o)
        return err_set(e, ERR_KEY, NULL, "%.*s 没有密钥，不能封装", STR_ARG(subject));
    for (int i = 56; i >= 0; i -= 8)
        buf_add_char(&blob, (char)((uint64_t)o->key.born >> i & 0xff));
    if (!seal_same(o->sealer, context_of(a, subject, place), plain, &blob))
        return err_set(e, ERR_TOO_LARGE, NULL, "内容太长，没有保存");
    buf_add_c(&text, MARK);
    buf_add_base64(&text, blob.ptr, blob.len);
    if (text.full)
        return err_set(e, ERR_TOO_LARGE, NULL, "内容太长，没有保存");
    *out = str_dup(a, buf_str(&text));
    return true;
}

static bool altered(Str subject, Err *e) {
    return err_set(e, ERR_BROKEN, NULL, "%.*s 的封装内容在程序之外被改过，无法打开",
                   STR_ARG(subject));
}

bool subject_open(SubjectKeys *k, Str subject, Str place, Str stored, Arena *a, Str *out, Err *e) {
    Opened *o;
    scoped_buf Buf blob;
    scoped_buf Buf plain;
    int64_t born = 0;

    buf_init(&blob, COLUMN_MOST);
    buf_init(&plain, COLUMN_MOST);
    *out = stored;
    if (!subject_sealed(stored))
        return true;
    if (!buf_add_from_base64(&blob, str_slice(stored, sizeof MARK - 1, stored.len)) ||
        blob.len < BORN_SIZE)
        return altered(subject, e);
    for (int i = 0; i < BORN_SIZE; i++)
        born = (int64_t)((uint64_t)born << 8 | (unsigned char)blob.ptr[i]);
    o = find(k, subject);
    *out = (Str){NULL, 0};
    if (!o || o->key.born != born)
        return true; /* destroyed */
    if (!unseal(o->sealer, context_of(a, subject, place),
                str_slice(buf_str(&blob), BORN_SIZE, blob.len), &plain, NULL))
        return altered(subject, e);
    *out = str_dup(a, buf_str(&plain));
    if (plain.ptr)
        wipe(plain.ptr, plain.len);
    return true;
}

/* ---- what was opened lately ----
 *
 * A sealed text is known again by 128 bits of a hash under a seed of this process, so that what is
 * kept is little more than the plain texts. */

enum { TEXTS = 131072, TEXT_MOST = 600 };

typedef struct Mark {
    uint64_t a, b;
} Mark;

typedef struct Texts {
    pthread_mutex_t lock;
    Mark seed;
    struct {
        Mark mark;
        char *plain; /* NULL: nothing */
        size_t len;
    } slots[TEXTS];
} Texts;

static void texts_clear(Texts *t) {
    for (size_t i = 0; i < TEXTS; i++) {
        if (t->slots[i].plain)
            wipe(t->slots[i].plain, t->slots[i].len);
        free(t->slots[i].plain);
        t->slots[i].plain = NULL;
    }
}

static void *texts_new(Store *s) {
    Texts *t = calloc(1, sizeof *t);

    (void)s;
    if (!t)
        abort();
    pthread_mutex_init(&t->lock, NULL);
    random_bytes(&t->seed, sizeof t->seed);
    return t;
}

static void texts_free(void *p) {
    Texts *t = p;

    texts_clear(t);
    pthread_mutex_destroy(&t->lock);
    free(t);
}

static Texts *texts_of(Store *s) {
    static const char key;

    return store_attached(s, &key, texts_new, texts_free);
}

static Mark mark_of(const Texts *t, Str stored) {
    return (Mark){hash_text(stored, t->seed.a), hash_text(stored, t->seed.b)};
}

bool subject_recalled(Store *s, Str stored, Arena *a, Str *out) {
    Texts *t = texts_of(s);
    Mark mark = mark_of(t, stored);
    size_t i = mark.a % TEXTS;
    bool found;

    pthread_mutex_lock(&t->lock);
    found = t->slots[i].plain && t->slots[i].mark.a == mark.a && t->slots[i].mark.b == mark.b;
    if (found)
        *out = str_dup(a, (Str){t->slots[i].plain, t->slots[i].len});
    pthread_mutex_unlock(&t->lock);
    return found;
}

void subject_remember(Store *s, Str stored, Str plain) {
    Texts *t = texts_of(s);
    Mark mark = mark_of(t, stored);
    size_t i = mark.a % TEXTS, old_len;
    char *own, *old;

    if (!stored.len || !plain.len || plain.len > TEXT_MOST)
        return;
    own = malloc(plain.len);
    if (!own)
        abort();
    memcpy(own, plain.ptr, plain.len);
    pthread_mutex_lock(&t->lock);
    old = t->slots[i].plain;
    old_len = t->slots[i].len;
    t->slots[i].mark = mark;
    t->slots[i].plain = own;
    t->slots[i].len = plain.len;
    pthread_mutex_unlock(&t->lock);
    if (old)
        wipe(old, old_len);
    free(old);
}

void subject_forget_texts(Store *s) {
    Texts *t = texts_of(s);

    pthread_mutex_lock(&t->lock);
    texts_clear(t);
    pthread_mutex_unlock(&t->lock);
}

/* ---- one key ---- */

bool subject_key(Tx *tx, Str subject, unsigned char out[KEY_SIZE], bool *found, Err *e) {
    MatterKey key;

    if (!key_find(tx, subject, &key, found, e))
        return false;
    if (*found)
        memcpy(out, key.key, KEY_SIZE);
    wipe(&key, sizeof key);
    return true;
}

bool subject_key_make(Tx *tx, Str subject, unsigned char out[KEY_SIZE], Err *e) {
    MatterKey key;
    bool found;

    if (!key_find(tx, subject, &key, &found, e))
        return false;
    if (!found && (!chain_load(tx, e) || !key_make(tx, subject, tx->chain->head.sequence, &key, e)))
        return false;
    memcpy(out, key.key, KEY_SIZE);
    wipe(&key, sizeof key);
    return true;
}

bool subject_key_drop(Tx *tx, Str subject, Err *e) {
    return tx_run(tx, &SQL_matter_key_destroy, ARGS(ARG_OF_TEXT(subject)), NULL, e);
}

bool subject_words_key(const Store *s, unsigned char out[KEY_SIZE]) {
    const JournalKeys *keys = s->keys;

    if (keys)
        memcpy(out, keys->words, KEY_SIZE);
    return keys != NULL;
}
