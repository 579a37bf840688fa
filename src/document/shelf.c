/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/shelf.c: templates of offices in the store. */
#include "document/shelf.h"

#include <inttypes.h>

#include "base/citizen_text.h"
#include "document/document_inside.h"

#include "sql_statements.h"

#include "base/banned.h"

/* Days without a bound, as the columns have them, so that texts compare. */
#define FIRST_DAY "0000-00-00"
#define LAST_DAY "9999-12-31"

/* --- projections ------------------------------------------------------------------------------ */

static int64_t number_of(const Event *event) {
    Str rest = event->subject, kind;
    int64_t n = 0;

    if (str_split(&rest, ':', &kind))
        str_to_int(rest, &n);
    return n;
}

static Str day_or(const Node *body, const char *key, const char *otherwise) {
    Str day = node_text(body, key);

    return day.len > 0 ? day : str_of(otherwise);
}

static bool added(Tx *tx, const Event *event, Err *e) {
    const Node *b = event->body;
    char at[INSTANT_TEXT];

    instant_format(event->at, at);
    return tx_run(
        tx, &SQL_template_add,
        ARGS(ARG_OF_INT(number_of(event)), ARG_OF_TEXT(node_text(b, "type")),
             ARG_OF_INT(node_int(b, "organisation", 0)), ARG_OF_INT(node_int(b, "version", 0)),
             ARG_OF_TEXT(node_text(event->secret, "name")),
             ARG_OF_TEXT(node_text(event->secret, "note")), ARG_OF_TEXT(node_text(b, "digest")),
             ARG_OF_INT(node_int(b, "size", 0)), ARG_OF_TEXT(day_or(b, "from", FIRST_DAY)),
             ARG_OF_TEXT(day_or(b, "to", LAST_DAY)), ARG_OF_TEXT(str_of(at)),
             ARG_OF_TEXT(event->actor)),
        NULL, e);
}

static bool set_to(Tx *tx, const Event *event, Str state, Err *e) {
    return tx_run(tx, &SQL_template_set, ARGS(ARG_OF_INT(number_of(event)), ARG_OF_TEXT(state)),
                  NULL, e);
}

static bool retired(Tx *tx, const Event *event, Err *e) {
    return set_to(tx, event, STR("retired"), e);
}

static bool restored(Tx *tx, const Event *event, Err *e) {
    return set_to(tx, event, STR("active"), e);
}

static bool forgotten(Tx *tx, const Event *event, Err *e) {
    return !str_starts(event->subject, STR("template:")) ||
           tx_run(tx, &SQL_template_forget, ARGS(ARG_OF_INT(number_of(event))), NULL, e);
}

void shelf_register(void) {
    static const Projection projections[] = {{"template.added", added},
                                             {"template.retired", retired},
                                             {"template.restored", restored},
                                             {"key.destroyed", forgotten},
                                             {0}};
    static const char *const tables[] = {"document_template", NULL};

    journal_register(projections, tables);
}

/* --- reading ---------------------------------------------------------------------------------- */

static const Bind item_rows[] = {
    BIND_INT(ShelfItemOf, template_, "template", REQUIRED, "number"),
    BIND_STR(ShelfItemOf, type, "type", REQUIRED, "kind of document"),
    BIND_INT(ShelfItemOf, organisation, "organisation", REQUIRED, "whose"),
    BIND_INT(ShelfItemOf, version, "version", REQUIRED, "from 1"),
    BIND_STR(ShelfItemOf, name, "name", REQUIRED, "of the file"),
    BIND_STR(ShelfItemOf, note, "note", REQUIRED, "what was changed"),
    BIND_STR(ShelfItemOf, digest, "digest", REQUIRED, "of the file"),
    BIND_INT(ShelfItemOf, size, "size", REQUIRED, "bytes"),
    BIND_STR(ShelfItemOf, first_day, "first_day", REQUIRED, "in force from"),
    BIND_STR(ShelfItemOf, last_day, "last_day", REQUIRED, "in force to"),
    BIND_STR(ShelfItemOf, state, "state", REQUIRED, "active, retired"),
    BIND_STR(ShelfItemOf, at, "at", REQUIRED, "when it came"),
    BIND_STR(ShelfItemOf, actor, "actor", REQUIRED, "who brought it"),
    BIND_END,
};

static Str day_text(Arena *a, Day day) {
    char text[11];

    day_format(day, text);
    return str_dup(a, str_of(text));
}

/* Rows of one office for one kind stand together, the newest first: the first that may be used is
 * the one that is. */
static void tell_in_force(ShelfItemOf *items, size_t count, Arena *a) {
    Str today = day_text(a, day_today());
    bool found = false;

    for (size_t i = 0; i < count; i++) {
        ShelfItemOf *t = &items[i];

        if (i == 0 || t[-1].organisation != t->organisation || !str_eq(t[-1].type, t->type))
            found = false;
        t->in_force = !found && str_is(t->state, "active") &&
                      str_compare(t->first_day, today) <= 0 && str_compare(today, t->last_day) <= 0;
        found |= t->in_force;
    }
    for (size_t i = 0; i < count; i++) {
        if (str_is(items[i].first_day, FIRST_DAY))
            items[i].first_day = (Str){NULL, 0};
        if (str_is(items[i].last_day, LAST_DAY))
            items[i].last_day = (Str){NULL, 0};
    }
}

typedef struct Listing {
    Str type;
    int64_t organisation, id;
    Arena *arena;
    void *items;
    size_t count;
} Listing;

static bool list_read(Tx *tx, void *context, Err *e) {
    Listing *l = context;

    return tx_bind(tx, l->arena, &SQL_template_list,
                   ARGS(ARG_OF_TEXT(l->type), ARG_OF_INT(l->organisation)), item_rows,
                   sizeof(ShelfItemOf), &l->items, &l->count, e);
}

bool shelf_list_of(Store *s, Str type, int64_t organisation, Arena *a, BindList *out, Err *e) {
    Listing l = {.type = type, .organisation = organisation, .arena = a};

    if (!store_read(s, list_read, &l, e))
        return false;
    tell_in_force(l.items, l.count, a);
    *out = (BindList){l.items, l.count};
    return true;
}

static bool get_read(Tx *tx, void *context, Err *e) {
    Listing *l = context;

    return tx_bind(tx, l->arena, &SQL_template_get, ARGS(ARG_OF_INT(l->id)), item_rows,
                   sizeof(ShelfItemOf), &l->items, &l->count, e) &&
           (l->count == 1 ||
            err_set(e, ERR_NOT_FOUND, NULL, "没有编号为 %" PRId64 " 的模板", l->id));
}

bool shelf_item(Store *s, int64_t id, Arena *a, ShelfItemOf *out, Err *e) {
    Listing l = {.id = id, .arena = a};
    BindList all;

    if (!store_read(s, get_read, &l, e))
        return false;
    *out = *(const ShelfItemOf *)l.items;
    if (!shelf_list_of(s, out->type, out->organisation, a, &all, e))
        return false;
    for (size_t i = 0; i < all.count; i++)
        if (((const ShelfItemOf *)all.items)[i].template_ == id)
            *out = ((const ShelfItemOf *)all.items)[i];
    return true;
}

/* --- which one a draft is written on ---------------------------------------------------------- */

static bool superior_of(Tx *tx, int64_t organisation, int64_t *out, Err *e) {
    return tx_int(tx, &SQL_template_superior, ARGS(ARG_OF_INT(organisation)), 0, out, e);
}

bool shelf_pick(Tx *tx, Str type, int64_t organisation, Day on, Arena *a, Str *digest, Err *e) {
    Str day = day_text(a, on);

    *digest = (Str){NULL, 0};
    for (int i = 0; organisation != 0 && i < SHELF_UPWARDS_MOST; i++) {
        Err why = {0};
        const Node *row =
            tx_row(tx, a, &SQL_template_in_force,
                   ARGS(ARG_OF_TEXT(type), ARG_OF_INT(organisation), ARG_OF_TEXT(day)), &why);

        if (row != NULL) {
            *digest = node_text(row, "digest");
            return true;
        }
        if (why.code != ERR_NONE) {
            *e = why;
            return false;
        }
        if (!superior_of(tx, organisation, &organisation, e))
            return false;
    }
    return true;
}

bool shelf_fits(Tx *tx, Str type, int64_t organisation, Str digest, Day on, bool *fits, Err *e) {
    scoped_arena Arena *a = arena_new();
    Str day = day_text(a, on);

    *fits = false;
    for (int i = 0; organisation != 0 && i < SHELF_UPWARDS_MOST && !*fits; i++) {
        int64_t n = 0;

        if (!tx_int(tx, &SQL_template_fits,
                    ARGS(ARG_OF_TEXT(type), ARG_OF_INT(organisation), ARG_OF_TEXT(digest),
                         ARG_OF_TEXT(day)),
                    0, &n, e) ||
            !superior_of(tx, organisation, &organisation, e))
            return false;
        *fits = n > 0;
    }
    return true;
}

/* --- taking one in ---------------------------------------------------------------------------- */

/* The only organisation where the person may manage templates. */
static bool own_organisation(const Rights *r, int64_t *out, Err *e) {
    for (size_t i = 0; r != NULL && i < r->count; i++) {
        const Right *right = &r->rights[i];

        if (right->rule->permission != PERMISSION_TEMPLATE_MANAGE || right->delegated ||
            right->organisation == *out)
            continue;
        if (*out != 0)
            return err_set(e, ERR_INVALID, "/organisation",
                           "在几个单位都可以管理模板，请写明是哪个单位的模板");
        *out = right->organisation;
    }
    return *out != 0 ||
           err_set(e, ERR_INVALID, "/organisation", "请写明是哪个单位的模板（organisation）");
}

static bool may_manage(const MatterActor *who, int64_t organisation, Err *e) {
    return who->rights == NULL ||
           rights_reach(who->rights, PERMISSION_TEMPLATE_MANAGE, organisation) ||
           err_set(e, ERR_FORBIDDEN, "/organisation", "没有管理这个单位文书模板的权限");
}

static bool one_line(Str *text, size_t most, const char *where, const char *what, Err *e) {
    *text = str_trim(*text);
    for (size_t i = 0; i < text->len; i++)
        if ((unsigned char)text->ptr[i] < 0x20)
            return err_set(e, ERR_INVALID, where, "%s应当写在一行里", what);
    if (!str_utf8_valid(*text))
        return err_set(e, ERR_INVALID, where, "%s不是正确的 UTF-8 文字", what);
    if (citizen_id_in_text(*text))
        return err_set(e, ERR_INVALID, where, "%s里有身份证号，请去掉", what);
    return str_runes(*text) <= most ||
           err_set(e, ERR_INVALID, where, "%s最多 %zu 个字", what, most);
}

static void warn_unused(const DocumentType *d, const Template *t, Arena *a, BindList *warnings) {
    for (size_t i = 0; i < d->fields.count; i++) {
        const Field *f = &document_fields(d)[i].is;

        if (!f->required || template_uses(t, f->field))
            continue;
        Str *more = arena_array_of(a, warnings->count + 1, Str);

        for (size_t k = 0; k < warnings->count; k++)
            more[k] = ((const Str *)warnings->items)[k];
        more[warnings->count] = str_format(a, "模板没有用到必填的字段“%.*s”", STR_ARG(f->title));
        *warnings = (BindList){more, warnings->count + 1};
    }
}

typedef struct Putting {
    const ShelfNew *in;
    const MatterActor *who;
    int64_t organisation;
    Str digest;
    Arena *arena;
    ShelfMade *out;
} Putting;

static bool append(Tx *tx, const char *kind, int64_t id, int64_t organisation, Str actor,
                   const Node *body, const Node *secret, Err *e) {
    scoped_arena Arena *a = arena_new();
    Event event = {.actor = actor,
                   .organisation = str_format(a, "%" PRId64, organisation),
                   .kind = str_of(kind),
                   .subject = str_format(a, "template:%" PRId64, id),
                   .body = body,
                   .secret = secret};

    return journal_append(tx, &event, e);
}

static bool not_there_yet(Tx *tx, const Putting *p, Err *e) {
    int64_t version = 0;

    return tx_int(
               tx, &SQL_template_known,
               ARGS(ARG_OF_TEXT(p->in->type), ARG_OF_INT(p->organisation), ARG_OF_TEXT(p->digest)),
               0, &version, e) &&
           (version == 0 ||
            err_set(e, ERR_CONFLICT, NULL,
                    "这个文件已经是本单位这种文书的模板（第 %" PRId64 " 版），不用再上传",
                    version));
}

static bool put_work(Tx *tx, void *context, Err *e) {
    Putting *p = context;
    Arena *a = p->arena;
    Node *body = node_map(a), *secret = node_map(a);
    int64_t id = 0, version = 0;

    if (!not_there_yet(tx, p, e) || !tx_int(tx, &SQL_template_newest, NO_ARGS, 0, &id, e) ||
        !tx_int(tx, &SQL_template_newest_version,
                ARGS(ARG_OF_TEXT(p->in->type), ARG_OF_INT(p->organisation)), 0, &version, e))
        return false;
    node_set_text(a, body, "type", p->in->type);
    node_set_int(a, body, "organisation", p->organisation);
    node_set_int(a, body, "version", version + 1);
    node_set_text(a, body, "digest", p->digest);
    node_set_int(a, body, "size", (int64_t)p->in->bytes.len);
    if (p->in->from != DAY_NONE)
        node_set_text(a, body, "from", day_text(a, p->in->from));
    if (p->in->to != DAY_NONE)
        node_set_text(a, body, "to", day_text(a, p->in->to));
    node_set_text(a, secret, "name", p->in->name);
    node_set_text(a, secret, "note", p->in->note);
    p->out->id = id + 1;
    p->out->version = version + 1;
    return append(tx, "template.added", id + 1, p->organisation, p->who->login, body, secret, e);
}

/* As the program itself: what a person may do here has been asked. */
static bool write_whole(Store *s, TxWork *work, void *context, Err *e) {
    const Scope *before = store_thread_scope(NULL);
    bool good = store_write(s, work, context, e);

    store_thread_scope(before);
    return good;
}

static bool days_fit(const ShelfNew *in, Err *e) {
    return in->from == DAY_NONE || in->to == DAY_NONE || in->from <= in->to ||
           err_set(e, ERR_INVALID, "/to", "停用日期不能早于启用日期");
}

bool shelf_put_up(const DocumentOffice *o, const MatterActor *who, const ShelfNew *asked, Arena *a,
                  ShelfMade *out, Err *e) {
    ShelfNew in = *asked;
    Putting p = {.in = &in, .who = who, .organisation = in.organisation, .arena = a, .out = out};
    const DocumentType *d = content_document(o->content, in.type, e);

    *out = (ShelfMade){0};
    if (d == NULL || !one_line(&in.name, SHELF_NAME_MOST, "/name", "文件名", e) ||
        !one_line(&in.note, SHELF_NOTE_MOST, "/note", "说明", e) || !days_fit(&in, e) ||
        (p.organisation == 0 && !own_organisation(who->rights, &p.organisation, e)) ||
        !may_manage(who, p.organisation, e))
        return false;
    Template *t = document_upload(d, in.bytes, a, &out->mistakes, &out->warnings, e);

    if (t == NULL)
        return false;
    warn_unused(d, t, a, &out->warnings);
    return document_keep(o, in.bytes, a, &p.digest, e) && write_whole(o->store, put_work, &p, e);
}

/* --- out of use, and back --------------------------------------------------------------------- */

typedef struct Changing {
    const ShelfItemOf *item;
    Str actor, note;
    bool restore;
    Arena *arena;
} Changing;

static bool change_work(Tx *tx, void *context, Err *e) {
    const Changing *c = context;
    Node *body = node_map(c->arena), *secret = NULL;

    node_set_text(c->arena, body, "type", c->item->type);
    node_set_int(c->arena, body, "organisation", c->item->organisation);
    node_set_int(c->arena, body, "version", c->item->version);
    if (c->note.len > 0) {
        secret = node_map(c->arena);
        node_set_text(c->arena, secret, "note", c->note);
    }
    return append(tx, c->restore ? "template.restored" : "template.retired", c->item->template_,
                  c->item->organisation, c->actor, body, secret, e);
}

bool shelf_retire(Store *s, const MatterActor *who, int64_t id, bool restore, Str note, Err *e) {
    scoped_arena Arena *a = arena_new();
    ShelfItemOf item;
    Changing c = {.item = &item, .actor = who->login, .note = note, .restore = restore, .arena = a};

    if (!one_line(&c.note, SHELF_NOTE_MOST, "/note", "说明", e) ||
        !shelf_item(s, id, a, &item, e) || !may_manage(who, item.organisation, e))
        return false;
    if (str_is(item.state, "active") == restore)
        return err_set(e, ERR_CONFLICT, NULL, restore ? "这个模板没有停用" : "这个模板已经停用");
    return write_whole(s, change_work, &c, e);
}

/* --- a look ----------------------------------------------------------------------------------- */

typedef struct Trying {
    const DocumentOffice *office;
    const MatterActor *who;
    const DocumentType *type;
    Str matter;
    Document draft;
    Arena *arena;
    const Node *values;
    bool sealed;
} Trying;

/* The organisations that are these parties now. */
static BindList houses_of(const MatterState *m, const BindList *parties, Arena *a) {
    const MatterParty *all = m->parties.items;
    DocumentHouse *out = arena_array_of(a, parties->count * m->parties.count, DocumentHouse);
    size_t n = 0;

    for (size_t i = 0; i < parties->count; i++)
        for (size_t k = 0; k < m->parties.count; k++)
            if (all[k].until.len == 0 && str_eq(all[k].party, ((const Str *)parties->items)[i]))
                out[n] = (DocumentHouse){(int64_t)n + 1, all[k].organisation, all[k].party}, n++;
    return (BindList){out, n};
}

static bool try_work(Tx *tx, void *context, Err *e) {
    Trying *t = context;
    Writing w = {.tx = tx,
                 .store = t->office->store,
                 .content = t->office->content,
                 .who = t->who,
                 .arena = t->arena,
                 .now = instant_now()};
    const Node *origins;
    MatterRow row;

    if (!matter_load(&w, t->matter, &row, e))
        return false;
    const DocumentPlace *place = document_place(t->type, row.state->flow);

    if (place != NULL) {
        t->draft.to = houses_of(row.state, &place->to, t->arena);
        t->draft.copies = houses_of(row.state, &place->copies, t->arena);
    }
    t->sealed = row.state->sealed;
    return document_values_of(&w, t->type, &row, &t->draft, &t->values, &origins, e);
}

bool shelf_values(const DocumentOffice *o, const MatterActor *who, const ShelfItemOf *item,
                  Str matter, int64_t organisation, Arena *a, const Node **values, bool *sealed,
                  Err *e) {
    Trying t = {.office = o,
                .who = who,
                .type = content_document(o->content, item->type, e),
                .matter = matter,
                .draft = {.matter = matter,
                          .organisation = organisation != 0 ? organisation : item->organisation},
                .arena = a};
    const MatterState *m = t.type != NULL ? matter_get(o->store, matter, 0, a, e) : NULL;

    if (m == NULL)
        return false;
    if (m->personal->count == 0)
        return err_set(e, ERR_FORBIDDEN, NULL,
                       "这件事项隐去了个人信息，不能用它预览，请另选一件或者不选");
    const Scope *before = store_thread_scope(NULL);
    bool good = store_read(o->store, try_work, &t, e);

    store_thread_scope(before);
    *values = t.values;
    *sealed = t.sealed;
    return good;
}

const Node *shelf_sample(const Content *c, const DocumentType *d, Arena *a, Err *e) {
    const DocumentCase *cases = d->cases.items;

    return d->cases.count == 0 || cases[0].values == NULL
               ? node_map(a)
               : document_values(c, d, cases[0].values, a, e);
}

bool shelf_preview(const DocumentOffice *o, const ShelfItemOf *item, const Node *values,
                   bool sealed, Arena *a, Buf *pdf, LayoutReport *report, Err *e) {
    const DocumentType *d = content_document(o->content, item->type, e);
    scoped_buf Buf bytes = {0}, docx = {0};
    TemplateFilled filled;
    char now[INSTANT_TEXT];

    buf_init(&bytes, DOCX_SIZE_MAX);
    buf_init(&docx, DOCX_SIZE_MAX);
    instant_format(instant_now(), now);
    if (d == NULL || !document_file(o, item->digest, DOCX_SIZE_MAX, &bytes, e))
        return false;
    Template *t = document_upload(d, buf_str(&bytes), a, NULL, NULL, e);

    return t != NULL && template_fill(t, values, sealed, a, &docx, &filled, e) &&
           layout_pdf(&filled.sheet,
                      &(LayoutOptions){
                          .created = str_of(now), .watermark = STR("预览"), .fonts = o->fonts},
                      pdf, report, a, e);
}
