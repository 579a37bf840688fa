/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/password_rule.c: which passwords will do. The words everybody tries first are content. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "people/account.h"
#include "people/policy.h"

#include "base/banned.h"

enum { WORDS_MOST = 20000, WORD_LEAST = 4, AROUND_MOST = 6, RUN_LEAST = 4, FREE_LEAST = 6 };

/* ---- the words of content/passwords ---- */

static struct {
    pthread_rwlock_t lock;
    Arena *arena;
    Str *words; /* sorted, small letters, look-alikes folded */
    size_t count;
} common = {.lock = PTHREAD_RWLOCK_INITIALIZER};

typedef struct WordFile {
    Str list, title;
    BindList words;
} WordFile;

static const Bind word_rows[] = {
    BIND_STR_MOST(WordFile, list, "list", REQUIRED, 60, "id, as the file is called"),
    BIND_STR_MOST(WordFile, title, "title", REQUIRED, 60, "Chinese title"),
    {BIND_TYPE_TEXTS, "words", offsetof(WordFile, words), REQUIRED,
     "small letters and digits, at least four; also found with other characters around them", NULL,
     0, NULL, WORDS_MOST},
    BIND_END,
};

/* Small letters, and what is written in place of letters as the letter. */
static char folded_char(char c) {
    static const char instead[] = "@a4a0o1l!i$s5s3e7t";

    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    for (size_t i = 0; instead[i]; i += 2)
        if (c == instead[i])
            return instead[i + 1];
    return c;
}

static Str folded(Arena *a, Str s) {
    char *out = str_c(a, s);

    for (size_t i = 0; i < s.len; i++)
        out[i] = folded_char(out[i]);
    return (Str){out, s.len};
}

static int by_word(const void *a, const void *b) {
    return str_compare(*(const Str *)a, *(const Str *)b);
}

static bool is_word(Str s) {
    return common.count &&
           bsearch(&s, common.words, common.count, sizeof *common.words, by_word) != NULL;
}

static bool read_words(Arena *a, const ContentFile *f, Str *words, size_t *count, Err *e) {
    WordFile file = {0};

    if (!bind_read(a, word_rows, f->tree, &file, e))
        return false;
    for (size_t i = 0; i < file.words.count; i++) {
        Str word = ((const Str *)file.words.items)[i];

        if (word.len < WORD_LEAST)
            return err_set(e, ERR_CONTENT, f->path, "常见密码“%.*s”太短，至少要 %d 个字符",
                           STR_ARG(word), WORD_LEAST);
        if (*count == WORDS_MOST)
            return err_set(e, ERR_CONTENT, f->path, "常见密码超过 %d 个", WORDS_MOST);
        words[(*count)++] = folded(a, word);
    }
    return true;
}

static bool read_all(Arena *a, const Content *c, Str **words, size_t *count, Err *e) {
    const ContentFile *files;
    size_t file_count = content_files(c, "passwords", &files);

    *words = arena_array_of(a, WORDS_MOST, Str);
    *count = 0;
    for (size_t i = 0; i < file_count; i++)
        if (!read_words(a, &files[i], *words, count, e))
            return false;
    qsort(*words, *count, sizeof **words, by_word);
    return true;
}

bool common_words_check(const Content *c, Err *e) {
    scoped_arena Arena *a = arena_new();
    Str *words;
    size_t count;

    return read_all(a, c, &words, &count, e);
}

bool common_words_take(const Content *c, Err *e) {
    Arena *a = arena_new();
    Str *words;
    size_t count;

    if (!read_all(a, c, &words, &count, e)) {
        arena_free(a);
        return false;
    }
    pthread_rwlock_wrlock(&common.lock);
    Arena *old = common.arena;

    common.arena = a;
    common.words = words;
    common.count = count;
    pthread_rwlock_unlock(&common.lock);
    arena_free(old);
    return true;
}

/* ---- what a guesser tries first ---- */

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* A known word, or one with a few digits and signs before and behind it: Password2026! */
static bool is_common(Str password) {
    scoped_arena Arena *a = arena_new();
    Str all = folded(a, password);
    size_t from = 0, to = password.len;

    while (from < to && !is_letter(password.ptr[from]))
        from++;
    while (to > from && !is_letter(password.ptr[to - 1]))
        to--;
    pthread_rwlock_rdlock(&common.lock);
    bool known = is_word(all);

    /* Signs at the ends may stand for letters or not: p@ssw0rd, password!! */
    for (size_t i = 0; !known && i <= from; i++)
        for (size_t k = to; !known && k <= password.len; k++)
            known = k > i && password.len - (k - i) <= AROUND_MOST && is_word(str_slice(all, i, k));
    pthread_rwlock_unlock(&common.lock);
    return known;
}

static size_t distinct_bytes(Str s) {
    bool seen[256] = {false};
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        n += !seen[c];
        seen[c] = true;
    }
    return n;
}

static bool only_digits(Str s) {
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return true;
}

/* The same piece again and again: abc12abc12 */
static bool is_repeated(Str s) {
    for (size_t period = 1; period <= s.len / 2; period++)
        if (memcmp(s.ptr, s.ptr + period, s.len - period) == 0)
            return true;
    return false;
}

/* Neighbours in the alphabet, among digits or on the keyboard, either way. */
static bool follows(char a, char b) {
    static const char *const rows[] = {"abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop",
                                       "asdfghjkl", "zxcvbnm"};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (const char *p = rows[i]; p[1]; p++)
            if ((p[0] == a && p[1] == b) || (p[0] == b && p[1] == a))
                return true;
    return a == b;
}

/* How many characters are left when runs like 12345, qwer and aaaa count as one. */
static size_t free_characters(Arena *a, Str password) {
    Str s = str_dup(a, password);
    char *p = (char *)(uintptr_t)s.ptr;
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++)
        if (p[i] >= 'A' && p[i] <= 'Z')
            p[i] = (char)(p[i] - 'A' + 'a');
    for (size_t i = 0; i < s.len;) {
        size_t end = i + 1;

        while (end < s.len && follows(s.ptr[end - 1], s.ptr[end]))
            end++;
        n += end - i >= RUN_LEAST ? 1 : end - i;
        i = end;
    }
    return n;
}

static bool contains_nocase(Str s, Str what) {
    for (size_t i = 0; what.len && i + what.len <= s.len; i++)
        if (str_eq_ascii_nocase(str_slice(s, i, i + what.len), what))
            return true;
    return false;
}

static bool refused(Err *e, const char *why) {
    return err_set(e, ERR_INVALID, "/password", "%s", why);
}

bool password_check(Str login, Str password, Err *e) {
    return password_check_for(login, (Str){NULL, 0}, password, e);
}

bool password_check_for(Str login, Str name, Str password, Err *e) {
    scoped_arena Arena *a = arena_new();

    if (str_runes(password) < PASSWORD_LEAST)
        return err_set(e, ERR_INVALID, "/password", "密码至少要 %d 个字符", PASSWORD_LEAST);
    if (password.len > PASSWORD_MOST)
        return err_set(e, ERR_INVALID, "/password", "密码太长，最多 %d 个字节", PASSWORD_MOST);
    if (login.len >= 3 && contains_nocase(password, login))
        return refused(e, "密码里不能含有登录名，请换一个");
    if (str_runes(name) >= 2 && contains_nocase(password, name))
        return refused(e, "密码里不能含有姓名，请换一个");
    if (distinct_bytes(password) < 4)
        return refused(e, "密码里不同的字符太少，请换一个");
    if (only_digits(password))
        return refused(e, "密码不能全是数字，电话、生日和证件号容易被猜到，请加上字母或符号");
    if (is_repeated(password) || free_characters(a, password) < FREE_LEAST)
        return refused(e, "密码由重复或连续的字符组成，容易被猜到，请换一个");
    if (is_common(password))
        return refused(e, "这个密码太常见，容易被猜到，请换一个");
    return true;
}
