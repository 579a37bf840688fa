/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/keyring.c: the keys of an installation, by generation and purpose. */
#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/keys_inside.h"

#include "base/banned.h"

enum { HEX_SIZE = 2 * KEY_SIZE, TEXT_MOST = 64 * 1024 };

/* Derived from generation 1 and kept for ever. "lasting" is the root of every purpose that is in
 * neither list. */
enum { TOKEN, IDENTITY, FINGERPRINT, LASTING, LASTING_COUNT };
static const char *const lasting_names[LASTING_COUNT] = {"token", "identity", "fingerprint",
                                                         "lasting"};
static const char *const changing_names[] = {"seal", "matter", "journal"};

typedef struct Generation {
    int64_t number;
    bool whole;                     /* master is there; otherwise chain alone */
    unsigned char master[KEY_SIZE]; /* never used itself */
    unsigned char chain[KEY_SIZE];  /* purpose "journal" */
} Generation;

struct Keys {
    pthread_mutex_t lock; /* guards what follows `lasting` */
    unsigned char lasting[LASTING_COUNT][KEY_SIZE];
    Generation generations[KEYS_GENERATIONS]; /* oldest first */
    size_t count;
    int64_t current;
};

static pthread_mutex_t *lock_of(const Keys *k) {
    return &((Keys *)(uintptr_t)k)->lock;
}

static Keys *keys_new(void) {
    Keys *k = calloc(1, sizeof *k);

    if (!k) {
        fputs("lianheng: 内存不足，程序退出\n", stderr);
        abort();
    }
    pthread_mutex_init(&k->lock, NULL);
    return k;
}

void keys_free(Keys *k) {
    if (!k)
        return;
    pthread_mutex_destroy(&k->lock);
    wipe(k, sizeof *k);
    free(k);
}

/* Stored data hang on this: never change it. */
static void derive(const unsigned char root[KEY_SIZE], const char *purpose,
                   unsigned char out[KEY_SIZE]) {
    char label[64];
    int n = snprintf(label, sizeof label, "lianheng/%s", purpose);
    Hmac *h = hmac_new(root);

    assert(n < (int)sizeof label);
    hmac(h, label, (size_t)n, out);
    hmac_free(h);
}

static void add_whole(Keys *k, int64_t number, const unsigned char master[KEY_SIZE]) {
    Generation *g = &k->generations[k->count++];

    g->number = number;
    g->whole = true;
    memcpy(g->master, master, KEY_SIZE);
    derive(master, "journal", g->chain);
    k->current = number;
}

static Keys *keys_first(const unsigned char master[KEY_SIZE]) {
    Keys *k = keys_new();

    for (int i = 0; i < LASTING_COUNT; i++)
        derive(master, lasting_names[i], k->lasting[i]);
    add_whole(k, 1, master);
    return k;
}

/* ---- the text of a key file ---- */

static void add_hex(Buf *out, const unsigned char key[KEY_SIZE]) {
    static const char digits[] = "0123456789abcdef";

    for (int i = 0; i < KEY_SIZE; i++) {
        buf_add_char(out, digits[key[i] >> 4]);
        buf_add_char(out, digits[key[i] & 15]);
    }
    buf_add_char(out, '\n');
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool read_hex(Str text, unsigned char key[KEY_SIZE]) {
    if (text.len != HEX_SIZE)
        return false;
    for (size_t i = 0; i < KEY_SIZE; i++) {
        int high = hex_value(text.ptr[2 * i]), low = hex_value(text.ptr[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        key[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

static const char title[] = "lianheng key file ";

static void write_text(const Keys *k, Buf *out) {
    unsigned char sum[SM3_SIZE];

    if (k->count == 1 && k->generations[0].number == 1 && k->generations[0].whole) {
        add_hex(out, k->generations[0].master);
        return;
    }
    buf_addf(out, "%s2\n", title);
    for (int i = 0; i < LASTING_COUNT; i++) {
        buf_addf(out, "%s ", lasting_names[i]);
        add_hex(out, k->lasting[i]);
    }
    for (size_t i = 0; i < k->count; i++) {
        const Generation *g = &k->generations[i];

        buf_addf(out, "%s %" PRId64 " ", g->whole ? "master" : "chain", g->number);
        add_hex(out, g->whole ? g->master : g->chain);
    }
    sm3(out->ptr, out->len, sum);
    buf_add_c(out, "sum ");
    add_hex(out, sum);
}

/* "master 2 c0…": generations rise. */
static bool read_generation(Keys *k, bool whole, Str rest) {
    unsigned char key[KEY_SIZE];
    Str number;
    int64_t n;

    if (!str_split(&rest, ' ', &number) || !str_to_int(number, &n) || n < 1 ||
        k->count == KEYS_GENERATIONS || (k->count && n <= k->generations[k->count - 1].number) ||
        !read_hex(rest, key))
        return false;
    if (whole) {
        add_whole(k, n, key);
    } else {
        Generation *g = &k->generations[k->count++];

        g->number = n;
        memcpy(g->chain, key, KEY_SIZE);
    }
    wipe(key, sizeof key);
    return true;
}

static bool read_line(Keys *k, Str line, unsigned *seen) {
    Str word;

    if (!str_split(&line, ' ', &word))
        return false;
    if (str_is(word, "master") || str_is(word, "chain"))
        return read_generation(k, str_is(word, "master"), line);
    for (int i = 0; i < LASTING_COUNT; i++)
        if (str_is(word, lasting_names[i])) {
            *seen |= 1u << i;
            return read_hex(line, k->lasting[i]);
        }
    return false;
}

/* All lines after the title; the last one is the sum of what stands before it. */
static bool read_lines(Keys *k, Str text) {
    unsigned char sum[SM3_SIZE], told[SM3_SIZE];
    size_t tail = sizeof "sum \n" - 1 + HEX_SIZE;
    unsigned seen = 0;

    if (text.len < tail || !str_starts(str_slice(text, text.len - tail, text.len), STR("sum ")) ||
        text.ptr[text.len - 1] != '\n' ||
        !read_hex(str_slice(text, text.len - HEX_SIZE - 1, text.len - 1), told))
        return false;
    sm3(text.ptr, text.len - tail, sum);
    if (!equal_constant_time(sum, told, sizeof sum))
        return false;
    Str rest = str_slice(text, 0, text.len - tail), line;

    str_split(&rest, '\n', &line);
    while (str_split(&rest, '\n', &line))
        if (line.len && !read_line(k, line, &seen))
            return false;
    return seen == (1u << LASTING_COUNT) - 1 && k->count && k->generations[k->count - 1].whole;
}

static Str trimmed(Str text) {
    while (text.len && (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\r' ||
                        text.ptr[text.len - 1] == ' '))
        text.len--;
    return text;
}

Keys *keys_read(Str text, const char *path, Err *e) {
    unsigned char master[KEY_SIZE];
    Keys *k = NULL;

    if (!str_starts(text, STR("lianheng key file "))) {
        if (read_hex(trimmed(text), master))
            k = keys_first(master);
        else
            err_set(e, ERR_KEY, path,
                    "密钥文件 %s 的内容不是密钥（应为 64 位十六进制数），请从备份中恢复该文件",
                    path);
        wipe(master, sizeof master);
        return k;
    }
    if (!str_starts(text, STR("lianheng key file 2\n"))) {
        err_set(e, ERR_NEWER, path, "密钥文件 %s 是由更新的版本写成的，请升级本程序", path);
        return NULL;
    }
    k = keys_new();
    if (read_lines(k, text))
        return k;
    keys_free(k);
    err_set(e, ERR_KEY, path, "密钥文件 %s 已损坏（校验和不符或内容不全），请从备份中恢复该文件",
            path);
    return NULL;
}

static bool save(const Keys *k, const char *path, bool replace, Err *e) {
    scoped_buf Buf text;

    buf_init(&text, TEXT_MOST);
    write_text(k, &text);
    bool good = replace ? key_file_replace(path, buf_str(&text), e)
                        : key_file_make(path, buf_str(&text), e);

    wipe(text.ptr, text.len);
    return good;
}

Keys *keys_create(const char *path, Err *e) {
    unsigned char master[KEY_SIZE];

    random_bytes(master, sizeof master);
    Keys *k = keys_first(master);

    wipe(master, sizeof master);
    if (save(k, path, false, e))
        return k;
    keys_free(k);
    return NULL;
}

bool keys_save(const Keys *k, const char *path, Err *e) {
    pthread_mutex_lock(lock_of(k));
    bool good = save(k, path, false, e);

    pthread_mutex_unlock(lock_of(k));
    return good;
}

/* ---- asking ---- */

static const Generation *find(const Keys *k, int64_t number) {
    for (size_t i = 0; i < k->count; i++)
        if (k->generations[i].number == number)
            return &k->generations[i];
    return NULL;
}

static bool changes(const char *purpose) {
    for (size_t i = 0; i < sizeof changing_names / sizeof *changing_names; i++)
        if (strcmp(purpose, changing_names[i]) == 0)
            return true;
    return false;
}

static void derive_lasting(const Keys *k, const char *purpose, unsigned char out[KEY_SIZE]) {
    for (int i = 0; i < LASTING; i++)
        if (strcmp(purpose, lasting_names[i]) == 0) {
            memcpy(out, k->lasting[i], KEY_SIZE);
            return;
        }
    derive(k->lasting[LASTING], purpose, out);
}

bool keys_derive_of(const Keys *k, int64_t generation, const char *purpose,
                    unsigned char out[KEY_SIZE]) {
    if (!changes(purpose)) {
        derive_lasting(k, purpose, out);
        return true;
    }
    pthread_mutex_lock(lock_of(k));
    const Generation *g = find(k, generation);
    bool chain = strcmp(purpose, "journal") == 0, there = g && (g->whole || chain);

    if (there && chain)
        memcpy(out, g->chain, KEY_SIZE);
    else if (there)
        derive(g->master, purpose, out);
    pthread_mutex_unlock(lock_of(k));
    return there;
}

void keys_derive(const Keys *k, const char *purpose, unsigned char out[KEY_SIZE]) {
    bool there = keys_derive_of(k, keys_generation(k), purpose, out) ||
                 keys_derive_of(k, keys_generation(k), purpose, out); /* it went on in between */

    assert(there && "the generation in use is whole");
}

static void hex16(const unsigned char *digest, char out[17]) {
    for (size_t i = 0; i < 8; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

void keys_fingerprint(const Keys *k, char out[17]) {
    hex16(k->lasting[FINGERPRINT], out);
}

void keys_mark(const Keys *k, int64_t generation, char out[17]) {
    unsigned char digest[KEY_SIZE] = {0};

    pthread_mutex_lock(lock_of(k));
    const Generation *g = find(k, generation);

    if (g && g->whole)
        derive(g->master, "mark", digest);
    pthread_mutex_unlock(lock_of(k));
    hex16(digest, out);
}

int64_t keys_generation(const Keys *k) {
    pthread_mutex_lock(lock_of(k));
    int64_t current = k->current;

    pthread_mutex_unlock(lock_of(k));
    return current;
}

size_t keys_list(const Keys *k, int64_t out[KEYS_GENERATIONS]) {
    size_t n = 0;

    pthread_mutex_lock(lock_of(k));
    for (size_t i = 0; i < k->count; i++)
        if (k->generations[i].whole)
            out[n++] = k->generations[i].number;
    pthread_mutex_unlock(lock_of(k));
    return n;
}

int64_t keys_newest(const Keys *k) {
    int64_t all[KEYS_GENERATIONS];
    size_t n = keys_list(k, all);

    return all[n - 1];
}

bool keys_whole(const Keys *k, int64_t generation) {
    int64_t all[KEYS_GENERATIONS];
    size_t n = keys_list(k, all);

    for (size_t i = 0; i < n; i++)
        if (all[i] == generation)
            return true;
    return false;
}

static bool need_whole(const Keys *k, int64_t generation, Err *e) {
    int64_t newest = keys_newest(k);

    if (keys_whole(k, generation))
        return true;
    return generation > newest
               ? err_set(e, ERR_KEY, NULL,
                         "密钥文件是旧的：数据已轮换到第 %" PRId64 " 代密钥，文件里最新的是第 "
                         "%" PRId64 " 代，请换成轮换之后的密钥文件",
                         generation, newest)
               : err_set(e, ERR_KEY, NULL,
                         "密钥文件比数据新：数据用第 %" PRId64 " 代密钥（可能是轮换之前的备份"
                         "），文件里最旧的已不是它，请放回当时的密钥文件",
                         generation);
}

bool keys_use(Keys *k, int64_t generation, Err *e) {
    if (!need_whole(k, generation, e))
        return false;
    pthread_mutex_lock(&k->lock);
    k->current = generation;
    pthread_mutex_unlock(&k->lock);
    return true;
}

bool keys_follow(Keys *k, const Keys *fresh, int64_t generation, Err *e) {
    char mine[17], other[17];

    keys_fingerprint(k, mine);
    keys_fingerprint(fresh, other);
    if (memcmp(mine, other, sizeof mine) != 0)
        return err_set(
            e, ERR_KEY, NULL,
            "密钥文件与数据不符（数据用的是 %s，密钥文件是 %s），请换成轮换之后的密钥文件", mine,
            other);
    if (!need_whole(fresh, generation, e))
        return false;
    pthread_mutex_lock(&k->lock);
    memcpy(k->generations, fresh->generations, sizeof k->generations);
    k->count = fresh->count;
    k->current = generation;
    pthread_mutex_unlock(&k->lock);
    return true;
}

/* ---- changing ---- */

bool keys_grow(Keys *k, const char *path, int64_t *generation, Err *e) {
    unsigned char master[KEY_SIZE];

    random_bytes(master, sizeof master);
    pthread_mutex_lock(&k->lock);
    bool good = k->count < KEYS_GENERATIONS;

    if (!good) {
        err_set(e, ERR_TOO_MANY, path, "密钥已经轮换过 %d 次，不能再轮换", KEYS_GENERATIONS - 1);
    } else {
        int64_t current = k->current, next = k->generations[k->count - 1].number + 1;

        add_whole(k, next, master);
        k->current = current;
        good = save(k, path, true, e);
        if (good)
            *generation = next;
        else
            wipe(&k->generations[--k->count], sizeof k->generations[0]);
    }
    pthread_mutex_unlock(&k->lock);
    wipe(master, sizeof master);
    return good;
}

bool keys_retire(Keys *k, const char *path, int64_t before, Err *e) {
    bool any = false;

    pthread_mutex_lock(&k->lock);
    Keys *left = keys_new();

    memcpy(left->lasting, k->lasting, sizeof left->lasting);
    memcpy(left->generations, k->generations, sizeof left->generations);
    left->count = k->count;
    for (size_t i = 0; i < left->count; i++)
        if (left->generations[i].whole && left->generations[i].number < before) {
            left->generations[i].whole = false;
            wipe(left->generations[i].master, KEY_SIZE);
            any = true;
        }
    bool good = !any || save(left, path, true, e);

    if (good)
        memcpy(k->generations, left->generations, sizeof k->generations);
    pthread_mutex_unlock(&k->lock);
    keys_free(left);
    return good;
}

/* ---- opening what any generation sealed ---- */

struct Unsealer {
    size_t count;
    int64_t generations[KEYS_GENERATIONS]; /* the one in use first */
    Sealer *sealers[KEYS_GENERATIONS];
};

static void unsealer_add(Unsealer *u, const Keys *k, int64_t generation, const char *purpose) {
    unsigned char key[KEY_SIZE];

    if (!keys_derive_of(k, generation, purpose, key))
        return;
    u->generations[u->count] = generation;
    u->sealers[u->count++] = sealer_new(key);
    wipe(key, sizeof key);
}

Unsealer *unsealer_new(const Keys *k, const char *purpose) {
    Unsealer *u = calloc(1, sizeof *u);
    int64_t all[KEYS_GENERATIONS], current = keys_generation(k);
    size_t n = keys_list(k, all);

    if (!u)
        abort();
    unsealer_add(u, k, current, purpose);
    for (size_t i = n; i-- > 0;)
        if (all[i] != current)
            unsealer_add(u, k, all[i], purpose);
    return u;
}

void unsealer_free(Unsealer *u) {
    if (!u)
        return;
    for (size_t i = 0; i < u->count; i++)
        sealer_free(u->sealers[i]);
    free(u);
}

bool unsealer_open(Unsealer *u, Str context, Str sealed, Buf *out, int64_t *generation, Err *e) {
    for (size_t i = 0; i < u->count; i++) {
        if (!unseal(u->sealers[i], context, sealed, out, e)) {
            if (i + 1 < u->count)
                err_clear(e);
            continue;
        }
        if (generation)
            *generation = u->generations[i];
        return true;
    }
    return false;
}
