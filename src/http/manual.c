/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/manual.c: the route table as docs/api.md. */
#include "content/permission.h"
#include "http/generate.h"
#include "http/shapes.h"

static const char *const type_words[] = {
    [BIND_END_TYPE] = "",
    [BIND_TYPE_TEXT] = "text",
    [BIND_TYPE_INT] = "integer",
    [BIND_TYPE_REAL] = "number",
    [BIND_TYPE_BOOL] = "true or false",
    [BIND_TYPE_DATE] = "date",
    [BIND_TYPE_ENUM] = "one of",
    [BIND_TYPE_NODE] = "JSON",
    [BIND_TYPE_OBJECT] = "object",
    [BIND_TYPE_TEXTS] = "list of text",
    [BIND_TYPE_OBJECTS] = "list of objects",
};

static void add_kind(Buf *out, const Bind *row) {
    const Shape *shape = row->rows != NULL ? shape_of(row->rows) : NULL;

    if (shape != NULL) {
        buf_addf(out, "%s[%s](#%s)", row->type == BIND_TYPE_OBJECTS ? "list of " : "", shape->name,
                 shape->name);
        return;
    }
    buf_add_c(out, type_words[row->type]);
    if (row->type == BIND_TYPE_ENUM)
        for (const BindName *n = row->names; n->name != NULL; n++)
            buf_addf(out, "%s `%s` %s", n == row->names ? "" : ",", n->name,
                     n->title != NULL ? n->title : "");
    if (row->most != 0)
        buf_addf(out, ", at most %lld", (long long)row->most);
}

static void add_rows(Buf *out, const Bind *rows) {
    buf_add_c(out, "\n| name | kind | | meaning |\n|---|---|---|---|\n");
    for (; rows->type != BIND_END_TYPE; rows++) {
        buf_addf(out, "| `%s` | ", rows->key);
        add_kind(out, rows);
        buf_addf(out, " | %s | %s |\n", rows->need == REQUIRED ? "always" : "", rows->help);
    }
}

/* Names only: the generator links nothing of content/. */
static const char *const permissions[] = {
#define X(id, name, title, kind) [PERMISSION_##id] = "`" name "` " title,
    PERMISSIONS(X)
#undef X
};

static void add_access(Buf *out, const Route *r) {
    if (r->access == ACCESS_ANYONE)
        buf_add_c(out, "No session needed.");
    else if (r->needs > PERMISSION_NONE && r->needs < PERMISSION_COUNT)
        buf_addf(out, "Needs a session and the permission %s.", permissions[r->needs]);
    else
        buf_add_c(out, "Open to nobody.");
}

static void add_route(Buf *out, const Route *r) {
    const Shape *reply = r->out != NULL ? shape_of(r->out) : NULL;

    buf_addf(out, "\n### %s %s\n\n%s. ", method_name(r->method), r->path, r->help);
    add_access(out, r);
    buf_addf(out, " Success: %d", route_status(r));
    if (reply != NULL)
        buf_addf(out, " with [%s](#%s)", reply->name, reply->name);
    buf_add_c(out, r->kind == ROUTE_DOWNLOAD ? " and a file.\n"
                   : r->kind == ROUTE_STREAM ? " and an endless event stream.\n"
                                             : ".\n");
    if (r->query != NULL) {
        buf_add_c(out, "\nIn the address:\n");
        add_rows(out, r->query);
    }
    if (r->in != NULL) {
        buf_add_c(out, "\nBody:\n");
        add_rows(out, r->in);
    }
    if (r->kind == ROUTE_UPLOAD)
        buf_add_c(out, "\nBody: the file itself.\n");
}

static const char head[] =
    "# The HTTP API\n"
    "\n"
    "Written from the route table by `lianheng_routes --markdown`.\n"
    "\n"
    "JSON in UTF-8. Errors are problem details (RFC 9457) with a Chinese sentence in `detail`. The "
    "session lives in the\n"
    "cookie `lianheng_session`; every change carries `X-CSRF-Token` from the session. A `POST` may "
    "carry `Idempotency-Key`:\n"
    "the same key within 24 hours gives the same answer. Single things come with an `ETag`; a "
    "change with `If-Match` fails\n"
    "with 412 when the thing is another by now. Lists: `cursor` and `limit` page, `total` counts "
    "the whole list.\n"
    "\n"
    "Who lacks the permission a route needs hears 403, whatever was asked about. With it, answers "
    "hold "
    "what the person's\n"
    "posts let him see (decisions/0007); anything else answers like what never was.\n";

void generate_markdown(const Route *const *tables, Buf *out) {
    buf_add_c(out, head);
    buf_add_c(out, "\n## Routes\n");
    for (; *tables != NULL; tables++)
        for (const Route *r = *tables; r->method != METHOD_NONE; r++)
            add_route(out, r);
    buf_add_c(out, "\n## Shapes\n");
    for (const Shape *s = shapes; s->name != NULL; s++) {
        buf_addf(out, "\n### %s\n\n%s.\n", s->name, s->help);
        add_rows(out, s->rows);
    }
}
