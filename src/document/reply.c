/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/reply.c: what a reader would notice about an answer. Own words are what remains of the
 * body when the template's words and those of the document that is answered are taken away; both
 * are known by their runs of four and of six characters. */
#include "document/reply.h"

#include <stdlib.h>

#include "base/day.h"

#include "base/banned.h"

enum {
    OF_TEMPLATE = 4,  /* characters in a row that are the template's */
    OF_ASKED = 6,     /* … that are taken over from what is answered */
    OWN_RUN = 5,      /* fewer of one's own in a row are what stands between a template's words */
    VALUE_LEAST = 12, /* what is filled in and shorter is a name, a number, a word of course */
    OWN_NOTHING = 12,
    OWN_SHARE = 10, /* per cent below which there is nothing but the template */
    POINT_SHARE = 34,
    POINTS_TOLD = 5,
    POINT_SHOWN = 24
};

const BindName reply_flag_names[] = {
#define X(id, name, title) {name, REPLY_##id, title},
    REPLY_FLAGS(X)
#undef X
        {NULL, 0, NULL}};

/* ---- characters in a row ---- */

typedef struct Runes {
    uint32_t *at;
    size_t count, room;
} Runes;

static void runes_done(Runes *r) {
    free(r->at);
}

/* Letters and Chinese characters: figures and signs stand in every text. */
static bool speaks(uint32_t r) {
    return (r >= 0x4E00 && r <= 0x9FFF) || (r >= 0x3400 && r <= 0x4DBF) || (r >= 'a' && r <= 'z') ||
           (r >= 'A' && r <= 'Z');
}

static void runes_add(Runes *out, Str text) {
    uint32_t r;

    while (str_rune_half(&text, &r)) {
        if (!speaks(r))
            continue;
        if (out->count == out->room) {
            out->room = out->room ? out->room * 2 : 512;
            out->at = realloc(out->at, out->room * sizeof *out->at);
            if (!out->at)
                abort();
        }
        out->at[out->count++] = r;
    }
}

/* Where one text ends and the next begins nothing runs on. */
static void runes_break(Runes *out) {
    uint32_t end = 0;

    if (out->count == out->room) {
        out->room = out->room ? out->room * 2 : 512;
        out->at = realloc(out->at, out->room * sizeof *out->at);
        if (!out->at)
            abort();
    }
    out->at[out->count++] = end;
}

typedef struct Grams {
    uint64_t *slots; /* 0: free */
    size_t mask;
    size_t length;
} Grams;

static uint64_t gram_of(const uint32_t *at, size_t length) {
    uint64_t h = 1469598103934665603u;

    for (size_t i = 0; i < length; i++) {
        if (!at[i])
            return 0;
        h = (h ^ at[i]) * 1099511628211u;
    }
    return h | 1;
}

static void grams_make(Grams *g, const Runes *of, size_t length) {
    size_t size = 64;

    while (size < of->count * 2)
        size *= 2;
    g->slots = calloc(size, sizeof *g->slots);
    if (!g->slots)
        abort();
    g->mask = size - 1;
    g->length = length;
    for (size_t i = 0; i + length <= of->count; i++) {
        uint64_t h = gram_of(of->at + i, length);
        size_t k = (h >> 7) & g->mask;

        while (h && g->slots[k] && g->slots[k] != h)
            k = (k + 1) & g->mask;
        if (h)
            g->slots[k] = h;
    }
}

static bool grams_have(const Grams *g, const uint32_t *at) {
    uint64_t h = gram_of(at, g->length);

    for (size_t k = (h >> 7) & g->mask; h && g->slots[k]; k = (k + 1) & g->mask)
        if (g->slots[k] == h)
            return true;
    return false;
}

/* ---- texts ---- */

/* Head and foot are the same in every letter. */
static bool is_body(BlockKind kind) {
    return kind == BLOCK_TEXT || kind == BLOCK_TABLE ||
           (kind >= BLOCK_LEVEL_1 && kind <= BLOCK_LEVEL_4);
}

static void add_block(Runes *out, const Block *b, bool body) {
    for (size_t i = 0; i < b->span_count; i++) {
        const Span *span = &b->spans[i];

        if (body && i > 0 && !str_eq(span->field, span[-1].field))
            runes_break(out);
        if (!body || !span->field.len || str_runes(span->text) >= VALUE_LEAST)
            runes_add(out, span->text);
    }
    runes_break(out);
    for (size_t r = 0; r < b->row_count; r++)
        for (size_t c = 0; c < b->rows[r].count; c++)
            for (size_t k = 0; k < b->rows[r].cells[c].count; k++)
                add_block(out, &b->rows[r].cells[c].blocks[k], body);
}

static void add_sheet(Runes *out, const Sheet *s, bool body) {
    for (size_t i = 0; s && i < s->count; i++)
        if (!body || is_body(s->blocks[i].kind))
            add_block(out, &s->blocks[i], body);
}

/* The template's own words: what stands between places, without the names of styles. */
static void add_template(Runes *out, const DocumentType *d) {
    Str rest = d->body, line;

    while (str_split(&rest, '\n', &line)) {
        ptrdiff_t at;

        line = str_trim(line);
        if (str_starts(line, STR("[")) && (at = str_find(line, STR("]"))) >= 0)
            line = str_slice(line, (size_t)at + 1, line.len);
        while ((at = str_find(line, STR("{{"))) >= 0) {
            ptrdiff_t end = str_find(line, STR("}}"));

            runes_add(out, str_slice(line, 0, (size_t)at));
            runes_break(out);
            line = end < at ? (Str){NULL, 0} : str_slice(line, (size_t)end + 2, line.len);
        }
        runes_add(out, line);
        runes_break(out);
    }
}

/* ---- own words ---- */

static void cover(bool *covered, const Runes *of, const Grams *by) {
    for (size_t i = 0; i + by->length <= of->count; i++)
        if (grams_have(by, of->at + i))
            for (size_t k = 0; k < by->length; k++)
                covered[i + k] = true;
}

/* Characters of one's own, in runs that say something. */
static size_t own_of(const Runes *body, const bool *covered) {
    size_t own = 0, run = 0;

    for (size_t i = 0; i <= body->count; i++) {
        if (i < body->count && body->at[i] && !covered[i]) {
            run++;
            continue;
        }
        own += run >= OWN_RUN ? run : 0;
        run = 0;
    }
    return own;
}

ReplyWords reply_words(const ReplyLook *l) {
    Runes body = {0}, template = {0}, asked = {0};
    Grams mine, theirs;
    ReplyWords out = {0, 0};

    add_sheet(&body, l->text, true);
    add_template(&template, l->type);
    add_sheet(&asked, l->asked_text, false);
    grams_make(&mine, &template, OF_TEMPLATE);
    grams_make(&theirs, &asked, OF_ASKED);
    bool *covered = calloc(body.count + 1, sizeof *covered);

    if (!covered)
        abort();
    cover(covered, &body, &mine);
    cover(covered, &body, &theirs);
    for (size_t i = 0; i < body.count; i++)
        out.all += body.at[i] != 0;
    out.own = own_of(&body, covered);
    free(covered);
    free(mine.slots);
    free(theirs.slots);
    runes_done(&body);
    runes_done(&template);
    runes_done(&asked);
    return out;
}

/* ---- points ---- */

/* The points that were made: entries of a list by their texts, or lines of a text. */
static Node *points_of(const ReplyLook *l, Arena *a) {
    Node *out = node_list(a);
    Str field = l->asked ? l->asked->reply.points : (Str){NULL, 0};
    const DocumentField *f = field.len ? document_field(&l->asked->fields, field) : NULL;
    const Node *value =
        f && l->asked_values ? node_get(l->asked_values, str_c(a, f->is.field)) : NULL;

    for (size_t i = 0; value && value->kind == NODE_LIST && i < value->count; i++)
        for (size_t k = 0; k < value->items[i]->count; k++)
            if (value->items[i]->items && value->items[i]->items[k]->kind == NODE_TEXT) {
                node_add(a, out, node_of_text(a, value->items[i]->items[k]->text));
                break;
            }
    if (value && value->kind == NODE_TEXT)
        for (Str rest = value->text, line; str_split(&rest, '\n', &line);)
            if (str_trim(line).len)
                node_add(a, out, node_of_text(a, str_trim(line)));
    return out;
}

static const char *const ordinals[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};

/* "第二条建议", "第2项": named by its place. */
static bool by_place(Arena *a, Str text, size_t number) {
    static const char *const counted[] = {"条", "项", "点", NULL};

    for (size_t i = 0; counted[i]; i++) {
        if (str_find(text, str_format(a, "第%zu%s", number, counted[i])) >= 0)
            return true;
        if (number <= 10 &&
            str_find(text, str_format(a, "第%s%s", ordinals[number - 1], counted[i])) >= 0)
            return true;
    }
    return false;
}

/* Enough of its pairs of characters stand somewhere in the answer. */
static bool by_words(const Grams *pairs, Str point) {
    Runes r = {0};
    size_t found = 0, all = 0;

    runes_add(&r, point);
    for (size_t i = 0; i + 2 <= r.count; i++, all++)
        found += grams_have(pairs, r.at + i);
    runes_done(&r);
    return all == 0 || found * 100 >= all * POINT_SHARE;
}

static Str body_text(const Sheet *s, Arena *a) {
    scoped_buf Buf out;

    buf_init(&out, (size_t)4 << 20);
    for (size_t i = 0; i < s->count; i++)
        if (is_body(s->blocks[i].kind)) {
            buf_add(&out, sheet_text(a, &s->blocks[i]));
            buf_add_char(&out, '\n');
        }
    return str_dup(a, buf_str(&out));
}

/* What the template says by itself takes up nothing. */
static void add_said(Runes *out, const ReplyLook *l) {
    Runes body = {0}, template = {0};
    Grams mine;

    add_sheet(&body, l->text, true);
    add_template(&template, l->type);
    grams_make(&mine, &template, OF_TEMPLATE);
    bool *covered = calloc(body.count + 1, sizeof *covered);

    if (!covered)
        abort();
    cover(covered, &body, &mine);
    for (size_t i = 0; i < body.count; i++)
        if (covered[i])
            body.at[i] = 0;
    *out = body;
    free(covered);
    free(mine.slots);
    runes_done(&template);
}

static Str left_out(const ReplyLook *l, Arena *a) {
    const Node *points = points_of(l, a);
    Str text = body_text(l->text, a);
    Runes said = {0};
    Grams pairs;
    size_t missed = 0;
    scoped_buf Buf out;

    buf_init(&out, 8192);
    add_said(&said, l);
    grams_make(&pairs, &said, 2);
    for (size_t i = 0; i < points->count; i++) {
        Str point = points->items[i]->text, shown = {point.ptr, 0}, rest = point;
        uint32_t r;

        if (by_place(a, text, i + 1) || by_words(&pairs, point))
            continue;
        for (size_t n = 0; n < POINT_SHOWN && str_rune(&rest, &r); n++)
            shown.len = point.len - rest.len;
        if (missed++ < POINTS_TOLD)
            buf_addf(&out, "%s第 %zu 条“%.*s%s”", missed > 1 ? "、" : "", i + 1, STR_ARG(shown),
                     shown.len < point.len ? "…" : "");
    }
    if (missed > POINTS_TOLD)
        buf_addf(&out, "等 %zu 条", missed);
    free(pairs.slots);
    runes_done(&said);
    return str_dup(a, buf_str(&out));
}

/* ---- findings ---- */

static void tell(Node *out, Arena *a, ReplyFlag flag, Str text) {
    Node *n = node_map(a);

    node_set_text(a, n, "kind", str_of(reply_flag_names[flag].name));
    node_set_text(a, n, "title", str_of(reply_flag_names[flag].title));
    node_set_text(a, n, "text", text);
    node_add(a, out, n);
}

static void look_at_words(const ReplyLook *l, Arena *a, Node *out) {
    ReplyWords w = reply_words(l);
    size_t least =
        l->asked && l->asked->reply.least ? (size_t)l->asked->reply.least : (size_t)REPLY_LEAST;

    if (w.own < OWN_NOTHING || w.own * 100 < w.all * OWN_SHARE)
        tell(out, a, REPLY_TEMPLATE,
             str_format(a,
                        "正文 %zu 个字里只有 %zu "
                        "个字不是格式文字，也不是照抄来文：没有写明采取了什么措施、结果怎样",
                        w.all, w.own));
    else if (w.own < least)
        tell(out, a, REPLY_SHORT,
             str_format(
                 a, "自己写的内容只有 %zu 个字（一般不少于 %zu 个字），请核对是否说明了办理情况",
                 w.own, least));
}

static void look_at_enclosures(const ReplyLook *l, Arena *a, Node *out) {
    const DocumentEnclosure *x = l->type->enclosures.items;

    for (size_t i = 0; i < l->type->enclosures.count && !l->enclosures; i++)
        if (x[i].required) {
            tell(out, a, REPLY_ENCLOSURE,
                 str_format(a, "应当附“%.*s”，但是没有随文材料", STR_ARG(x[i].title)));
            return;
        }
}

static Str day_said(Arena *a, Day day) {
    char text[11];

    day_format(day, text);
    return str_dup(a, str_of(text));
}

static void look_at_days(const ReplyLook *l, Arena *a, Node *out) {
    if (l->issued != DAY_NONE && l->received != DAY_NONE && l->issued < l->received)
        tell(out, a, REPLY_EARLY,
             str_format(a, "回复的成文日期是 %.*s，而来文 %.*s 才收到，请核对",
                        STR_ARG(day_said(a, l->issued)), STR_ARG(day_said(a, l->received))));
    if (l->sent != DAY_NONE && l->due != DAY_NONE && l->sent > l->due)
        tell(out, a, REPLY_LATE,
             str_format(a, "应当在 %.*s 以前回复，%.*s 才发出，超过 %d 天",
                        STR_ARG(day_said(a, l->due)), STR_ARG(day_said(a, l->sent)),
                        (int)(l->sent - l->due)));
}

Node *reply_findings(const ReplyLook *l, Arena *a) {
    Node *out = node_list(a);

    if (l->text) {
        look_at_words(l, a, out);
        Str missed = left_out(l, a);

        if (missed.len)
            tell(out, a, REPLY_POINTS, str_format(a, "没有回应来文提出的%.*s", STR_ARG(missed)));
    }
    look_at_enclosures(l, a, out);
    look_at_days(l, a, out);
    return out;
}

Str reply_flags_of(Arena *a, const Node *findings) {
    scoped_buf Buf out;

    buf_init(&out, 200);
    for (size_t i = 0; i < findings->count; i++)
        buf_addf(&out, "%s%.*s", i ? "," : "", STR_ARG(node_text(findings->items[i], "kind")));
    return str_dup(a, buf_str(&out));
}
