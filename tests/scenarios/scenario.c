/* SPDX-License-Identifier: MulanPSL-2.0 */
/* scenarios/scenario.c: the words of a scenario. */
#include "scenario.h"

#include <iconv.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client.h"
#include "main/control.h"
#include "people/policy.h"
#include "people/totp.h"

enum { NAMES_MOST = 64, BROWSERS_MOST = 8, PASSWORD_LINE = 64 };

typedef struct Browser {
    Str name, cookie, csrf;
} Browser;

typedef struct Named {
    Str name, value;
} Named;

typedef struct Play {
    const Stage *stage;
    Arena *arena;
    const char *path;
    int line;
    Browser browsers[BROWSERS_MOST];
    size_t browser_count, browser;
    Named names[NAMES_MOST];
    size_t name_count;
    Buf headers; /* of the next request */
    Reply reply;
    const Node *tree; /* of the reply, or NULL */
    int stream;
    Buf heard;
    Instant clock;
} Play;

static bool fail(Play *p, Err *e, const char *format, ...) __attribute__((format(printf, 3, 4)));

static bool fail(Play *p, Err *e, const char *format, ...) {
    char where[NODE_WHERE], what[400];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    snprintf(where, sizeof where, "%s:%d", p->path, p->line);
    return err_set(e, ERR_INVALID, where, "%s", what);
}

/* --- names ------------------------------------------------------------------------------------ */

static void keep(Play *p, Str name, Str value) {
    for (size_t i = 0; i < p->name_count; i++) {
        if (!str_eq(p->names[i].name, name))
            continue;
        p->names[i].value = str_dup(p->arena, value);
        return;
    }
    if (p->name_count < NAMES_MOST)
        p->names[p->name_count++] = (Named){str_dup(p->arena, name), str_dup(p->arena, value)};
}

static bool name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* $name in a line becomes its value; the longest name that fits. */
static Str filled(Play *p, Str line) {
    scoped_buf Buf out;

    buf_init(&out, (size_t)4 << 20);
    for (size_t i = 0; i < line.len; i++) {
        size_t end = i + 1;

        while (line.ptr[i] == '$' && end < line.len && name_char(line.ptr[end]))
            end++;
        const Named *found = NULL;

        for (size_t k = 0; end > i + 1 && k < p->name_count; k++)
            if (str_eq(p->names[k].name, str_slice(line, i + 1, end)))
                found = &p->names[k];
        if (found == NULL) {
            buf_add_char(&out, line.ptr[i]);
            continue;
        }
        buf_add(&out, found->value);
        i = end - 1;
    }
    return str_dup(p->arena, buf_str(&out));
}

static Str word(Str *rest) {
    Str w = {NULL, 0};

    *rest = str_trim(*rest);
    str_split(rest, ' ', &w);
    *rest = str_trim(*rest);
    return w;
}

/* --- requests --------------------------------------------------------------------------------- */

static Browser *browser(Play *p) {
    return &p->browsers[p->browser];
}

static void take_cookie(Play *p) {
    Str cookie = client_header(&p->reply, "Set-Cookie"), first;
    const Node *csrf = p->tree != NULL ? node_get(p->tree, "csrf") : NULL;

    if (cookie.len != 0 && str_split(&cookie, ';', &first))
        browser(p)->cookie = str_dup(p->arena, first);
    if (csrf != NULL)
        browser(p)->csrf = csrf->text;
}

static void take_reply(Play *p) {
    Err no_json = {0};

    p->tree = NULL;
    if (str_find(client_header(&p->reply, "Content-Type"), STR("json")) >= 0 &&
        client_header(&p->reply, "Content-Encoding").len == 0 && p->reply.body.len != 0)
        p->tree = json_read(p->arena, p->reply.body, &no_json);
    take_cookie(p);
}

/* Paths are written in Chinese where that reads better. */
static Str encoded(Arena *a, Str path) {
    scoped_buf Buf out;

    buf_init(&out, (size_t)1 << 20);
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.ptr[i];

        buf_addf(&out, c > 0x20 && c < 0x7f ? "%c" : "%%%02X", c);
    }
    return str_dup(a, buf_str(&out));
}

static bool ask(Play *p, Str method, Str path, Str body, const char *media, Err *e) {
    Browser *b = browser(p);

    if (b->cookie.len != 0)
        buf_addf(&p->headers, "Cookie: %.*s\r\n", STR_ARG(b->cookie));
    if (!str_is(method, "GET") && b->csrf.len != 0 &&
        str_find(buf_str(&p->headers), STR("X-CSRF-Token")) < 0)
        buf_addf(&p->headers, "X-CSRF-Token: %.*s\r\n", STR_ARG(b->csrf));
    if (media != NULL && str_find(buf_str(&p->headers), STR("Content-Type")) < 0)
        buf_addf(&p->headers, "Content-Type: %s\r\n", media);
    Ask a = {.port = server_port(p->stage->server),
             .method = str_c(p->arena, method),
             .path = encoded(p->arena, path).ptr,
             .headers = p->headers.len != 0 ? p->headers.ptr : "",
             .body = body};
    bool answered = client_ask(&a, p->arena, &p->reply);

    buf_clear(&p->headers);
    if (!answered)
        return fail(p, e, "no whole reply to %s %s", a.method,
                    str_c(p->arena, str_slice(path, 0, 200)));
    take_reply(p);
    return true;
}

/* Lines as they are, each ended as HTTP wants it. */
static bool raw(Play *p, Str lines, Err *e) {
    scoped_buf Buf bytes;
    Str line;

    buf_init(&bytes, (size_t)4 << 20);
    while (lines.len != 0 && str_split(&lines, '\n', &line)) {
        buf_add(&bytes, line);
        buf_add_c(&bytes, "\r\n");
    }
    if (!client_send(server_port(p->stage->server), buf_str(&bytes), p->arena, &p->reply))
        return fail(p, e, "no whole reply");
    take_reply(p);
    return true;
}

static bool sign_in(Play *p, Err *e) {
    static const char own[] = "Heping-2024-ceshi";
    Arena *a = p->arena;
    Str in =
        str_format(a, "{\"login\":\"admin\",\"password\":\"%.*s\"}", STR_ARG(p->stage->password));
    Str change =
        str_format(a, "{\"old\":\"%.*s\",\"new\":\"%s\"}", STR_ARG(p->stage->password), own);

    if (!ask(p, STR("POST"), STR("/api/session"), in, "application/json", e))
        return false;
    if (p->reply.status == 401) { /* changed earlier in this scenario */
        in = str_format(a, "{\"login\":\"admin\",\"password\":\"%s\"}", own);
        return ask(p, STR("POST"), STR("/api/session"), in, "application/json", e) &&
               (p->reply.status == 200 || fail(p, e, "sign-in: %d", p->reply.status));
    }
    if (p->reply.status != 200)
        return fail(p, e, "sign-in: %d %.*s", p->reply.status, STR_ARG(p->reply.body));
    keep(p, STR("password"), str_of(own));
    return ask(p, STR("PUT"), STR("/api/session/password"), change, "application/json", e) &&
           (p->reply.status == 204 ||
            fail(p, e, "password: %d %.*s", p->reply.status, STR_ARG(p->reply.body)));
}

static Str converted(Play *p, Str text, Str encoding) {
    iconv_t to;
    size_t room = text.len * 4 + 16, left = text.len, space = room;
    char *out = arena_alloc(p->arena, room), *at = out, *from = (char *)(uintptr_t)text.ptr;

    if (encoding.len == 0)
        return text;
    to = iconv_open(str_c(p->arena, encoding), "UTF-8");
    if (to == (iconv_t)-1)
        return text;
    iconv(to, &from, &left, &at, &space);
    iconv_close(to);
    return (Str){out, room - space};
}

static bool upload(Play *p, Str rest, Str lines, Err *e) {
    Str name = word(&rest), encoding = word(&rest);
    Str path = str_format(p->arena, "/api/uploads?name=%.*s", STR_ARG(name));

    if (!ask(p, STR("POST"), path, converted(p, lines, encoding), "application/octet-stream", e))
        return false;
    if (p->tree != NULL && node_get(p->tree, "upload") != NULL)
        keep(p, STR("upload"), node_text(p->tree, "upload"));
    return true;
}

/* --- expectations ----------------------------------------------------------------------------- */

static const Node *at_pointer(Arena *a, const Node *n, Str pointer) {
    Str key;

    str_split(&pointer, '/', &key); /* the empty text before the first slash */
    while (n != NULL && pointer.len != 0 && str_split(&pointer, '/', &key)) {
        int64_t index;

        if (n->kind == NODE_LIST)
            n = str_to_int(key, &index) && index >= 0 && (size_t)index < n->count ? n->items[index]
                                                                                  : NULL;
        else
            n = node_get(n, str_c(a, key));
    }
    return n;
}

static Str shown(Arena *a, const Node *n) {
    scoped_buf Buf out;

    buf_init(&out, (size_t)4 << 20);
    if (n == NULL)
        return STR("(absent)");
    if (n->kind == NODE_TEXT)
        return n->text;
    json_write(n, &out);
    return str_dup(a, buf_str(&out));
}

static bool expect_text(Play *p, const char *what, Str have, bool there, Str rest, Err *e) {
    if (str_is(rest, "absent"))
        return !there || fail(p, e, "%s is there: %.*s", what, STR_ARG(str_slice(have, 0, 200)));
    if (str_is(rest, "exists"))
        return there || fail(p, e, "%s is absent", what);
    if (str_starts(rest, STR("~ "))) {
        Str part = str_trim(str_slice(rest, 2, rest.len));

        return str_find(have, part) >= 0 || fail(p, e, "%s should contain “%.*s”: %.*s", what,
                                                 STR_ARG(part), STR_ARG(str_slice(have, 0, 240)));
    }
    return (there && str_eq(have, rest)) || fail(p, e, "%s should be “%.*s”: %.*s", what,
                                                 STR_ARG(rest), STR_ARG(str_slice(have, 0, 240)));
}

static bool expect_status(Play *p, int64_t status, Err *e) {
    return p->reply.status == status ||
           fail(p, e, "status should be %d, is %d: %.*s", (int)status, p->reply.status,
                STR_ARG(str_slice(p->reply.body, 0, 300)));
}

static bool expect(Play *p, Str rest, Err *e) {
    Str first = word(&rest);
    int64_t number;

    if (str_to_int(first, &number))
        return expect_status(p, number, e);
    if (str_is(first, "body"))
        return expect_text(p, "body", p->reply.body, true, rest, e);
    if (str_is(first, "header")) {
        Str name = word(&rest), value = client_header(&p->reply, str_c(p->arena, name));

        return expect_text(p, str_c(p->arena, name), value, value.len != 0, rest, e);
    }
    const Node *n = p->tree != NULL ? at_pointer(p->arena, p->tree, first) : NULL;

    if (str_starts(rest, STR("count ")) && str_to_int(str_slice(rest, 6, rest.len), &number))
        return (n != NULL && n->kind == NODE_LIST && (int64_t)n->count == number) ||
               fail(p, e, "%.*s should have %d items, has %zu", STR_ARG(first), (int)number,
                    n != NULL ? n->count : 0);
    return expect_text(p, str_c(p->arena, first), shown(p->arena, n), n != NULL, rest, e);
}

static bool keep_value(Play *p, Str rest, Err *e) {
    Str name = word(&rest), first = word(&rest);

    if (str_is(first, "header")) {
        keep(p, name, client_header(&p->reply, str_c(p->arena, rest)));
        return true;
    }
    const Node *n = p->tree != NULL ? at_pointer(p->arena, p->tree, first) : NULL;

    if (n == NULL)
        return fail(p, e, "nothing at %.*s to keep", STR_ARG(first));
    keep(p, name, shown(p->arena, n));
    return true;
}

static bool wait_for(Play *p, Str rest, Err *e) {
    int64_t seconds = 0;
    Str first = word(&rest), path, pointer;

    str_to_int(first, &seconds);
    if (p->stage->impatient != 0 && seconds > p->stage->impatient)
        seconds = p->stage->impatient;
    path = word(&rest);
    pointer = word(&rest);
    for (int64_t tries = 0; tries < seconds * 20; tries++) {
        if (!ask(p, STR("GET"), path, (Str){NULL, 0}, NULL, e))
            return false;
        if (p->tree != NULL &&
            str_eq(shown(p->arena, at_pointer(p->arena, p->tree, pointer)), rest))
            return true;
        if (p->tree != NULL && str_is(node_text(p->tree, "state"), "failed"))
            break;
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    }
    return fail(p, e, "waited %d s for %.*s to be %.*s: %.*s", (int)seconds, STR_ARG(pointer),
                STR_ARG(rest), STR_ARG(str_slice(p->reply.body, 0, 400)));
}

/* --- clock, browsers, streams, command line ----------------------------------------------------
 */

static bool set_clock(Play *p, Str rest, Err *e) {
    int64_t n;

    if (rest.len > 2 && rest.ptr[0] == '+' && str_to_int(str_slice(rest, 1, rest.len - 1), &n)) {
        char unit = rest.ptr[rest.len - 1];

        p->clock += n * 1000000 * (unit == 'd' ? 86400 : unit == 'h' ? 3600 : unit == 'm' ? 60 : 1);
    } else if (!instant_parse(rest, &p->clock)) {
        return fail(p, e, "no instant: %.*s", STR_ARG(rest));
    }
    instant_freeze(p->clock);
    return true;
}

static bool use_browser(Play *p, Str name, Err *e) {
    for (p->browser = 0; p->browser < p->browser_count; p->browser++)
        if (str_eq(browser(p)->name, name))
            return true;
    if (p->browser_count == BROWSERS_MOST)
        return fail(p, e, "too many browsers");
    p->browsers[p->browser_count++] = (Browser){.name = str_dup(p->arena, name)};
    return true;
}

static bool stream(Play *p, Str rest, Err *e) {
    Str what = word(&rest);

    if (str_is(what, "open")) {
        Str headers = str_format(p->arena, "Cookie: %.*s\r\n", STR_ARG(browser(p)->cookie));
        Ask a = {.port = server_port(p->stage->server),
                 .method = "GET",
                 .path = rest.len != 0 ? str_c(p->arena, rest) : "/api/events",
                 .headers = headers.ptr};

        p->stream = client_open(&a);
        return p->stream >= 0 && client_hear(p->stream, &p->heard, STR("event: ping"), 10)
                   ? true
                   : fail(p, e, "no stream: %.*s", STR_ARG(buf_str(&p->heard)));
    }
    if (str_is(what, "says"))
        return client_hear(p->stream, &p->heard, rest, 10) ||
               fail(p, e, "the stream did not say %.*s: %.*s", STR_ARG(rest),
                    STR_ARG(str_slice(buf_str(&p->heard),
                                      p->heard.len > 300 ? p->heard.len - 300 : 0, p->heard.len)));
    bool ended = client_hear_end(p->stream, &p->heard, 15);

    close(p->stream);
    p->stream = -1;
    return ended || fail(p, e, "the stream did not end");
}

/* The words go over the folder's socket, as any command line's do; the output becomes the body. */
static bool command_line(Play *p, Str rest, Err *e) {
    char *words[16], line[] = "/tmp/lianheng-cli.XXXXXX", text[65536];
    int count = 0, status = -1, kept_out = dup(STDOUT_FILENO), kept_err = dup(STDERR_FILENO);
    int file = mkstemp(line);
    int64_t wanted = 0;
    Str piece = rest, w;

    unlink(line);
    if (str_to_int(word(&piece), &wanted))
        rest = piece;
    while (rest.len != 0 && count < 16 && (w = word(&rest)).len != 0)
        words[count++] = str_c(p->arena, w);
    fflush(stdout);
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
    bool called = control_call(p->stage->folder, count, words, &status, e);

    dup2(kept_out, STDOUT_FILENO);
    dup2(kept_err, STDERR_FILENO);
    close(kept_out);
    close(kept_err);
    ssize_t n = pread(file, text, sizeof text, 0);

    close(file);
    p->reply =
        (Reply){.status = status, .body = str_dup(p->arena, (Str){text, n > 0 ? (size_t)n : 0})};
    p->tree = str_starts(p->reply.body, STR("{")) ? json_read(p->arena, p->reply.body, NULL) : NULL;
    return called && (status == wanted || fail(p, e, "exit status should be %d, is %d: %.*s",
                                               (int)wanted, status, STR_ARG(p->reply.body)));
}

/* --- lines ------------------------------------------------------------------------------------ */

static bool is_method(Str w) {
    return str_is(w, "GET") || str_is(w, "POST") || str_is(w, "PUT") || str_is(w, "DELETE") ||
           str_is(w, "HEAD") || str_is(w, "PATCH");
}

static bool repeat(Play *p, Str rest, Err *e) {
    Str name = word(&rest), first = word(&rest);
    scoped_buf Buf text;
    int64_t n;

    buf_init(&text, (size_t)1 << 20);
    if (!str_to_int(first, &n))
        return fail(p, e, "repeat how often?");
    while (n-- > 0)
        buf_add(&text, rest);
    keep(p, name, buf_str(&text));
    return true;
}

/* What an authenticator app with this secret shows now, or some steps away from now. */
static bool authenticator(Play *p, Str rest, Err *e) {
    Str name = word(&rest), secret = word(&rest);
    int64_t steps = 0;
    char code[9];

    str_to_int(rest, &steps);
    if (!totp_code(secret, p->clock / 1000000 / TOTP_STEP + steps, TOTP_DIGITS, code))
        return fail(p, e, "no secret of an authenticator: %.*s", STR_ARG(secret));
    keep(p, name, str_of(code));
    return true;
}

/* As the settings would: who needs a second factor, and after how many days passwords are old. */
static bool policy(Play *p, Str rest, Err *e) {
    Str need = word(&rest);
    SignInPolicy wanted = {0};

    str_to_int(rest, &wanted.password_days);
    for (const BindName *n = second_factor_names; n->name != NULL; n++)
        if (str_is(need, n->name))
            wanted.need = n->value - 1;
    sign_in_policy_set(&wanted);
    return need.len != 0 || fail(p, e, "who needs a second factor?");
}

/* `more` are the lines that belong to this one. */
static bool run_line(Play *p, Str line, Str more, Err *e) {
    Str rest = line, first = word(&rest);

    if (is_method(first)) {
        Str path = word(&rest);
        Str body = str_format(p->arena, "%.*s%.*s", STR_ARG(rest), STR_ARG(more));

        return ask(p, first, path, body, body.len != 0 ? "application/json" : NULL, e);
    }
    if (str_is(first, "expect"))
        return expect(p, rest, e);
    if (str_is(first, "keep"))
        return keep_value(p, rest, e);
    if (str_is(first, "upload"))
        return upload(p, rest, more, e);
    if (str_is(first, "send")) /* its path: the lines are the body of an upload */
        return ask(p, STR("POST"), word(&rest), more, "application/octet-stream", e);
    if (str_is(first, "return")) /* what came is sent there */
        return ask(p, STR("POST"), word(&rest), str_dup(p->arena, p->reply.body),
                   "application/octet-stream", e);
    if (str_is(first, "raw"))
        return raw(p, more, e);
    if (str_is(first, "repeat"))
        return repeat(p, rest, e);
    if (str_is(first, "wait"))
        return wait_for(p, rest, e);
    if (str_is(first, "header")) {
        buf_addf(&p->headers, "%.*s\r\n", STR_ARG(rest));
        return true;
    }
    if (str_is(line, "sign in"))
        return sign_in(p, e);
    if (str_is(first, "as"))
        return use_browser(p, rest, e);
    if (str_is(first, "totp"))
        return authenticator(p, rest, e);
    if (str_is(first, "policy"))
        return policy(p, rest, e);
    if (str_is(first, "clock"))
        return set_clock(p, rest, e);
    if (str_is(first, "stream"))
        return stream(p, rest, e);
    if (str_is(first, "cli"))
        return command_line(p, rest, e);
    return fail(p, e, "no such word: %.*s", STR_ARG(first));
}

static bool run_lines(Play *p, Str text, Err *e) {
    Str line;

    while (text.len != 0 && str_split(&text, '\n', &line)) {
        scoped_buf Buf more;
        int lines = 1;

        buf_init(&more, (size_t)64 << 20);
        for (Str ahead = text, next; ahead.len != 0 && str_split(&ahead, '\n', &next);
             text = ahead, lines++) {
            bool goes_on = str_starts(next, STR("  ")), file = str_starts(next, STR("| "));

            if (!goes_on && !file && !str_is(next, "|"))
                break;
            buf_add(&more, str_slice(next, 2, next.len));
            if (!goes_on)
                buf_add_char(&more, '\n');
        }
        p->line++;
        line = str_trim(line);
        if (line.len != 0 && line.ptr[0] != '#' &&
            !run_line(p, filled(p, line), filled(p, buf_str(&more)), e))
            return false;
        p->line += lines - 1;
    }
    return true;
}

static bool read_file(Play *p, Buf *text, Err *e) {
    FILE *f = fopen(p->path, "re");
    char piece[65536];
    size_t n;

    if (f == NULL)
        return fail(p, e, "cannot be read");
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        buf_add_bytes(text, piece, n);
    fclose(f);
    return true;
}

bool scenario_run(const Stage *stage, const char *path, Err *e) {
    scoped_arena Arena *a = arena_new();
    Play *p = arena_new_of(a, Play);
    scoped_buf Buf text;

    buf_init(&text, (size_t)8 << 20);
    *p = (Play){.stage = stage, .arena = a, .path = path, .stream = -1};
    buf_init(&p->headers, (size_t)1 << 20);
    buf_init(&p->heard, (size_t)8 << 20);
    keep(p, STR("password"), stage->password);
    bool good =
        use_browser(p, STR("one"), e) && read_file(p, &text, e) && run_lines(p, buf_str(&text), e);

    if (p->stream >= 0)
        close(p->stream);
    buf_done(&p->headers);
    buf_done(&p->heard);
    instant_freeze(0);
    return good;
}
