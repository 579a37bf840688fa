/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/matter_file_api.c: files of a matter: taken in after a look into them, given out inert, each
 * look with an entry in the journal. */
#include "http/matter_api.h"
#include "http/matter_inputs.h"
#include "http/matter_words.h"

#include <string.h>

#include "base/citizen_text.h"
#include "flow/file.h"

enum { NAME_RUNES = 200 };

static const MatterFile *file_of(const MatterState *m, int64_t id) {
    const MatterFile *files = m->files.items;

    for (size_t i = 0; i < m->files.count; i++)
        if (files[i].id == id)
            return &files[i];
    return NULL;
}

static Str name_kept(Arena *a, const MatterState *m, int64_t id) {
    return node_text(node_get(m->personal, "files"), str_format(a, "%lld", (long long)id).ptr);
}

/* --- taking in -------------------------------------------------------------------------------- */

/* The last part of a path, without what moves a cursor or turns the direction of writing. */
static Str name_clean(Arena *a, Str name) {
    scoped_buf Buf out;

    for (size_t i = name.len; i-- > 0;)
        if (name.ptr[i] == '/' || name.ptr[i] == '\\') {
            name = str_slice(name, i + 1, name.len);
            break;
        }
    buf_init(&out, 2048);
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];
        bool turns = i + 2 < name.len && c == 0xe2 && (unsigned char)name.ptr[i + 1] == 0x80 &&
                     (unsigned char)name.ptr[i + 2] >= 0x8e;

        if (turns && (unsigned char)name.ptr[i + 2] <= 0xae)
            i += 2;
        else if (c >= 0x20 && c != 0x7f)
            buf_add_char(&out, (char)c);
    }
    return str_trim(str_dup(a, buf_str(&out)));
}

static bool room_left(const MatterState *m, Err *e) {
    return m->files.count < FILES_A_MATTER ||
           err_set(e, ERR_TOO_LARGE, NULL, "一件事项最多放 %d 份材料，请合并后再上传",
                   FILES_A_MATTER);
}

static bool revision_of(const Req *rq, int64_t *out) {
    *out = ((const FileQuery *)req_query(rq))->revision;
    return true;
}

static bool put(Req *rq, Str id, Str name, Str type, Str digest, int64_t *now, Err *e) {
    Arena *a = req_arena(rq);
    MatterActor who = matter_actor(rq);
    Node *more = node_map(a);
    FlowAct act = {.verb = VERB_FILE, .actor = who.login, .more = more};
    int64_t revision = 0;

    node_set_text(a, more, "digest", digest);
    node_set_text(a, more, "name", name);
    node_set_text(a, more, "type", type);
    node_set_int(a, more, "size", req_upload_size(rq));
    return revision_of(rq, &revision) &&
           matter_act(req_office(rq)->store, req_snapshot(rq)->content, &who, id, revision, &act, a,
                      now, e);
}

static const MatterFile *newest(const MatterState *m, Str digest) {
    const MatterFile *files = m->files.items, *found = NULL;

    for (size_t i = 0; i < m->files.count; i++)
        if (str_eq(files[i].digest, digest))
            found = &files[i];
    return found;
}

bool api_matter_file_create(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    Store *s = req_office(rq)->store;
    Str id = req_param(rq, 0), type, digest;
    Str name = name_clean(a, ((const FileQuery *)req_query(rq))->name);
    const MatterState *m = matter_get(s, id, 0, a, e);
    const MatterFile *made;
    int64_t now = 0;
    Node *n = node_map(a);

    if (m == NULL || !room_left(m, e))
        return false;
    if (name.len == 0 || str_runes(name) > NAME_RUNES || !str_utf8_valid(name))
        return err_set(e, ERR_INVALID, "/name", "文件名应当在 1 到 %d 个字之间", NAME_RUNES);
    if (!file_judge(req_upload_path(rq), name, &type, e) ||
        !file_keep(s, req_office(rq)->folder, req_upload_path(rq), a, &digest, e) ||
        !put(rq, id, name, type, digest, &now, e))
        return false;
    m = matter_get(s, id, 0, a, e);
    made = m != NULL ? newest(m, digest) : NULL;
    if (made == NULL)
        return m != NULL && err_set(e, ERR_NOT_FOUND, NULL, "没有这份材料");
    node_set_int(a, n, "id", made->id);
    node_set_text(a, n, "name", citizen_id_safe(a, name));
    node_set_int(a, n, "size", made->size);
    node_set_text(a, n, "type", made->type);
    node_set_text(a, n, "digest", made->digest);
    node_set_int(a, n, "revision", now);
    return reply_node(rq, n);
}

/* --- giving out ------------------------------------------------------------------------------- */

/* What the page itself may draw; everything else is only to be kept. */
static bool can_be_shown(Str type) {
    return str_starts(type, STR("image/")) || str_is(type, "application/pdf") ||
           str_is(type, "text/plain");
}

static void tell(Req *rq, Str id, int64_t file) {
    Arena *a = req_arena(rq);
    Node *body = node_map(a);

    node_set_int(a, body, "file", file);
    rq->entry.kind = "matter.file_read";
    rq->entry.subject = str_format(a, "matter:%.*s", STR_ARG(id));
    rq->entry.body = body;
}

bool api_matter_file_get(Req *rq, Err *e) {
    Arena *a = req_arena(rq);
    Office *o = req_office(rq);
    Str id = req_param(rq, 0), name;
    const MatterState *m = matter_get(o->store, id, 0, a, e);
    const MatterFile *f;
    SealedFile *stored;
    int64_t number;

    if (m == NULL || !req_param_int(rq, 1, &number, e))
        return false;
    f = file_of(m, number);
    if (f == NULL || !str_is(f->state, "present"))
        return err_set(e, ERR_NOT_FOUND, NULL, "没有这份材料，或者已经移除");
    name = name_kept(a, m, number);
    if (name.len == 0) /* who does not see names does not see what was written about them */
        return err_set(e, ERR_FORBIDDEN, NULL, "看不到这件事项里的个人信息，材料也不能打开");
    stored = matter_file_open(o->store, o->folder, f->digest, e);
    if (stored == NULL)
        return err_prefix(e, "“%.*s”", STR_ARG(citizen_id_safe(a, name)));
    reply_sealed(rq, stored, citizen_id_safe(a, name), str_c(a, f->type));
    rq->shown = ((const FileGetQuery *)req_query(rq))->shown && can_be_shown(f->type);
    tell(rq, m->id, number);
    return true;
}
