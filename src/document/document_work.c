/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/document_work.c: the copy of a document that an act changes. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "document/document_inside.h"

#include "base/banned.h"

Document *document_copy(Arena *a, const Document *d) {
    Document *own = arena_new_of(a, Document);

    if (d) {
        *own = *d;
        return own;
    }
    own->next = 1;
    own->personal = node_map(a);
    return own;
}

static void *list_of(Arena *a, BindList *list, size_t size, size_t more) {
    char *items = arena_array(a, list->count + more, size);

    if (list->count)
        memcpy(items, list->items, list->count * size);
    list->items = items;
    return items;
}

void *document_own(DocumentWork *w, BindList *list, size_t size) {
    return list_of(w->arena, list, size, 0);
}

/* Every struct of a list begins with its id. */
void *document_add(DocumentWork *w, BindList *list, size_t size) {
    char *items = list_of(w->arena, list, size, 1), *item = items + list->count++ * size;

    memset(item, 0, size);
    *(int64_t *)(void *)item = w->d->next++;
    return item;
}

Str document_dup(const DocumentWork *w, Str s) {
    return s.len ? str_dup(w->arena, s) : (Str){NULL, 0};
}

bool document_fail(const DocumentWork *w, ErrCode code, const char *where, const char *format,
                   ...) {
    char text[sizeof w->e->text];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return err_set(w->e, code, where, "%s", text);
}

void document_tell(DocumentWork *w, const char *format, ...) {
    char text[1000];
    va_list args;
    BindList *told = &w->effects->told;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    list_of(w->arena, told, sizeof(Str), 1);
    ((Str *)told->items)[told->count++] = str_dup(w->arena, str_of(text));
}

/* ---- the sealed part ---- */

static Node *with(Arena *a, const Node *map, Str key, Node *value) {
    Node *own = node_map(a);
    bool placed = false;

    for (size_t i = 0; map && map->kind == NODE_MAP && i < map->count; i++) {
        bool here = str_eq(map->keys[i], key);

        placed |= here;
        if (!here || value)
            node_append(a, own, map->keys[i], here ? value : map->items[i]);
    }
    if (value && !placed)
        node_append(a, own, str_dup(a, key), value);
    return own;
}

void document_personal_put(DocumentWork *w, const char *key, Node *value) {
    w->d->personal = with(w->arena, w->d->personal, str_of(key), value);
}

void document_personal_set(DocumentWork *w, const char *group, Str key, Node *value) {
    Node *of = with(w->arena, node_get(w->d->personal, group), key, value);

    document_personal_put(w, group, of->count ? of : NULL);
}

bool document_note_keep(DocumentWork *w, bool needed) {
    Str note = str_trim(w->act->note);

    if (!note.len)
        return !needed || document_fail(w, ERR_INVALID, "/note", "请写明%.*s的理由",
                                        STR_ARG(document_verb_title(w->act->verb)));
    if (!str_utf8_valid(note) || str_runes(note) > DOCUMENT_NOTE_MOST)
        return document_fail(w, ERR_INVALID, "/note", "说明最多 %d 个字", DOCUMENT_NOTE_MOST);
    document_personal_set(w, "notes", str_format(w->arena, "%" PRId64, w->d->revision),
                          node_of_text(w->arena, note));
    return true;
}

/* ---- finding ---- */

Str document_day(Arena *a, Day day) {
    char text[11];

    day_format(day, text);
    return str_dup(a, str_of(text));
}

DocumentService *document_service_of(const Document *d, int64_t id) {
    for (size_t i = 0; i < d->services.count; i++)
        if (document_services(d)[i].id == id)
            return &document_services(d)[i];
    return NULL;
}

DocumentApproval *document_open_rung(const Document *d) {
    for (size_t i = 0; i < d->approvals.count; i++)
        if (str_is(document_approvals(d)[i].state, "open"))
            return &document_approvals(d)[i];
    return NULL;
}

void document_version_add(DocumentWork *w, const char *kind) {
    int64_t next = w->d->next, number = (int64_t)w->d->versions.count + 1;
    DocumentVersion *v = document_add(w, &w->d->versions, sizeof *v);

    w->d->next = next; /* versions are counted for themselves: 1, 2, 3 */
    *v = (DocumentVersion){number, w->d->revision, w->now, document_dup(w, w->actor), str_of(kind)};
}
