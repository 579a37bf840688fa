/* SPDX-License-Identifier: MulanPSL-2.0 */
/* model/models.c: all models of a content snapshot. */
#include <stdio.h>
#include <string.h>

#include "model/rule.h"
#include "base/banned.h"

struct Models {
    Arena *arena;
    Content *content;
    const Model **items;
    size_t count;
};

/* content/models/overdue_reply.yaml holds overdue_reply. */
static bool file_fits(const Model *m, const char *path, Err *e) {
    scoped_buf Buf name;

    buf_init(&name, 512);
    buf_addf(&name, "/%.*s.yaml", STR_ARG(m->model));
    if (str_ends(str_of(path), buf_str(&name)))
        return true;
    return err_set(e, ERR_CONTENT, path, "模型“%.*s”应当放在名为 %.*s.yaml 的文件里",
                   STR_ARG(m->model), STR_ARG(m->model));
}

Models *models_load(Content *c, Err *e) {
    Arena *a = arena_new();
    Models *all = arena_new_of(a, Models);
    const ContentFile *files;
    size_t n = content_files(c, "models", &files);

    all->arena = a;
    all->content = content_hold(c);
    all->items = arena_array_of(a, n, const Model *);
    for (size_t i = 0; i < n; i++) {
        const Model *m = model_read(a, c, files[i].tree, e);

        if (m == NULL || !file_fits(m, files[i].path, e)) {
            models_free(all);
            return NULL;
        }
        all->items[all->count++] = m;
    }
    return all;
}

void models_free(Models *m) {
    if (m == NULL)
        return;
    content_drop(m->content);
    arena_free(m->arena);
}

size_t models_count(const Models *m) {
    return m->count;
}

const Model *models_at(const Models *m, size_t i) {
    return m->items[i];
}

const Model *models_find(const Models *m, Str id, Err *e) {
    Nearest near = {.name = id};
    char hint[160];

    for (size_t i = 0; i < m->count; i++)
        if (str_eq(m->items[i]->model, id))
            return m->items[i];
    for (size_t i = 0; i < m->count; i++)
        nearest_try(&near, m->items[i]->model);
    err_set(e, ERR_NOT_FOUND, NULL, "没有模型“%.*s”%s；lianheng model list 列出全部模型",
            (int)(id.len > 80 ? 80 : id.len), id.ptr, nearest_hint(&near, hint));
    return NULL;
}
