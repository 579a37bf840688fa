/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/matter_reveal_api.c: what is masked in a matter, in clear, for a purpose, with an entry
 * before it leaves. */
#include "http/matter_api.h"
#include "http/matter_inputs.h"
#include "http/matter_words.h"
#include "http/trace_words.h"

#include "base/citizen_text.h"
#include "flow/link.h"

enum { SHOWN_MOST = 300 };

typedef struct Showing {
    Req *rq;
    Arena *a;
    const Content *content;
    const Flow *flow;
    const MatterState *m;
    Str wanted; /* one place; empty: all */
    Node *items;
    Str *fields;
    size_t count;
} Showing;

static void show(Showing *v, Str place, Str title, Str value) {
    Node *n = node_map(v->a);

    if (v->count == SHOWN_MOST || (v->wanted.len != 0 && !str_eq(v->wanted, place)))
        return;
    node_set_text(v->a, n, "field", place);
    node_set_text(v->a, n, "title", title);
    node_set_text(v->a, n, "value", value);
    node_add(v->a, v->items, n);
    v->fields[v->count++] = str_format(v->a, "%.*s.%.*s", STR_ARG(v->flow->flow), STR_ARG(place));
}

/* Free texts: only where a number stands in them. */
static void show_text(Showing *v, Str place, Str title, Str value) {
    if (value.len != 0 && !str_eq(citizen_id_safe(v->a, value), value))
        show(v, place, title, value);
}

static void show_values(Showing *v) {
    const Field *fields = v->flow->fields.items;

    for (size_t i = 0; i < v->flow->fields.count; i++) {
        Str value = flow_value_of(v->flow, v->m, fields[i].field);
        bool masked = false;

        if (value.len != 0)
            value_shown(v->content, v->a, &fields[i], value, &masked);
        if (masked)
            show(v, fields[i].field, fields[i].title, value);
    }
}

/* Whatever else people typed, by where it stands: {notes: {"3": {reason, note}}, files: {…}}. */
static void show_rest(Showing *v, const Node *n, Str place, Str title) {
    if (n == NULL)
        return;
    if (n->kind == NODE_TEXT)
        show_text(v, place, title, n->text);
    for (size_t i = 0; n->kind == NODE_MAP && i < n->count; i++)
        show_rest(v, n->items[i],
                  str_format(v->a, "%.*s/%.*s", STR_ARG(place), STR_ARG(n->keys[i])), title);
}

static void show_messages(Showing *v, const Node *messages) {
    for (size_t i = 0; messages != NULL && i < messages->count; i++)
        show_text(
            v,
            str_format(v->a, "messages/%lld", (long long)node_int(messages->items[i], "number", 0)),
            STR("留言"), node_text(messages->items[i], "text"));
}

static void show_all(Showing *v, const Node *detail) {
    static const struct {
        const char *part, *title;
    } parts[] = {{"title", "标题"},
                 {"answers", "各方填写的内容"},
                 {"notes", "意见和理由"},
                 {"files", "材料名称"}};

    show_values(v);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        show_rest(v, node_get(v->m->personal, parts[i].part), str_of(parts[i].part),
                  str_of(parts[i].title));
    show_messages(v, node_get(detail, "messages"));
}

/* ---- whose matter ---- */

/* His own: a house where he holds a post takes part, or he has, or had, work in it. */
static bool is_own(const Rights *r, const MatterState *m) {
    const MatterParty *parties = m->parties.items;
    const MatterTask *tasks = m->tasks.items;

    for (size_t i = 0; i < m->tasks.count; i++)
        if (str_eq(tasks[i].login, r->login) || str_eq(tasks[i].actor, r->login))
            return true;
    for (size_t i = 0; i < m->parties.count; i++)
        for (size_t k = 0; parties[i].until.len == 0 && k < r->count; k++)
            if (!r->rights[k].delegated && r->rights[k].organisation == parties[i].organisation)
                return true;
    return false;
}

/* The clues it came from, and the subjects: an approval for one of them will do. */
static Matter concerned(const Showing *v) {
    const MatterLink *links = v->m->links.items;
    Matter out = {.own = is_own(v->rq->rights, v->m)};
    Str *clues = arena_array_of(v->a, v->m->links.count, Str),
        *keys = arena_array_of(v->a, v->m->links.count, Str);

    for (size_t i = 0; i < v->m->links.count; i++) {
        Str rest = links[i].target, kind;

        if (str_is(links[i].kind, "clue"))
            clues[out.clues.count++] = links[i].target;
        else if (str_is(links[i].kind, "subject") && str_split(&rest, ':', &kind))
            keys[out.subjects.count++] = rest;
    }
    out.clues.items = clues;
    out.subjects.items = keys;
    return out;
}

static Str *names_in(const Showing *v, size_t *count) {
    const MatterLink *links = v->m->links.items;
    Str *names = arena_array_of(v->a, v->m->links.count, Str);

    *count = 0;
    for (size_t i = 0; i < v->m->links.count; i++) {
        Str name = str_starts(links[i].target, STR("person:"))
                       ? matter_subject_name(v->flow, v->m, links[i].target)
                       : (Str){NULL, 0};

        if (name.len != 0)
            names[(*count)++] = name;
    }
    return names;
}

static bool record(Showing *v, const MatterRevealIn *in, Node *out, Err *e) {
    Str object = str_format(v->a, "matter:%.*s", STR_ARG(v->m->id));
    Viewer asker = asker_of(v->rq);
    LookNew look = {.purpose = in->purpose,
                    .case_number = in->case_number,
                    .reason = in->reason,
                    .object = object,
                    .rows = &object,
                    .row_count = 1,
                    .fields = v->fields,
                    .field_count = v->count,
                    .matter = concerned(v),
                    .sealed = v->m->sealed};
    LookDone done;
    char at[INSTANT_TEXT];

    look.names = names_in(v, &look.name_count);
    if (!purpose_check(v->content, &look.purpose, &look.case_number, &look.reason, e) ||
        !look_record(req_office(v->rq)->store, v->content, &asker, &look, &done, e))
        return false;
    instant_format(done.at, at);
    node_set_text(v->a, out, "reference", str_of(done.reference));
    node_set_text(v->a, out, "at", str_of(at));
    node_set_int(v->a, out, "seconds", content_shown_seconds(v->content));
    node_set_bool(v->a, out, "own", look.matter.own);
    if (done.approval != 0)
        node_set_int(v->a, out, "approval", done.approval);
    return true;
}

bool api_matter_reveal(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    const MatterRevealIn *in = req_body(rq);
    Store *s = req_office(rq)->store;
    MatterActor who = matter_actor(rq);
    Str id = req_param(rq, 0);
    Showing v = {.rq = rq,
                 .a = a,
                 .content = req_snapshot(rq)->content,
                 .wanted = in->field,
                 .items = node_list(a),
                 .fields = arena_array_of(a, SHOWN_MOST, Str)};
    const Node *detail = matter_detail(s, v.content, &who, id, a, e);
    Node *n = node_map(a);

    v.m = detail != NULL ? matter_get(s, id, 0, a, e) : NULL;
    v.flow = v.m != NULL ? matter_flow(s, v.content, v.m, a, e) : NULL;
    if (v.flow == NULL)
        return false;
    show_all(&v, detail);
    if (v.count == 0)
        return err_set(e, ERR_INVALID, "/field",
                       "没有可以显示的内容：这里没有脱敏的值，或者只能看到不含个人信息的内容");
    /* First the entry, then the values. */
    if (!record(&v, in, n, e))
        return false;
    node_set(a, n, "items", v.items);
    return reply_node(rq, n);
}
