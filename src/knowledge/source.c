/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/source.c: walk a folder of laws and put the parts of each together. */
#include "knowledge/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

enum { DEPTH_MOST = 8, PARTS_MOST = 200 };

typedef struct File {
    Str path, folder, name; /* within the folder that was named */
    Str text;
    bool used;
} File;

typedef struct Gather {
    Arena *a;
    const char *root;
    File *files;
    size_t count, room, bytes;
    Source *out;
    size_t law_room;
    Err *e;
} Gather;

/* ---- files ---- */

static bool read_file(Gather *g, const char *place, Str path, Str *out) {
    struct stat st;
    int fd = open(place, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    bool good = fd >= 0 && fstat(fd, &st) == 0;
    size_t done = 0;

    if (!good)
        err_set(g->e, ERR_DISK, path.ptr, "读不了文件 %s：%s", place, strerror(errno));
    else if (!S_ISREG(st.st_mode))
        good = err_set(g->e, ERR_CONTENT, path.ptr, "不是普通文件，请移走");
    else if (st.st_size > STATUTE_FILE_MOST)
        good = err_set(g->e, ERR_CONTENT, path.ptr, "文件超过 4 MiB，不像一部法规，请检查或拆开");
    else if (g->bytes + (size_t)st.st_size > SOURCE_BYTES_MOST)
        good = err_set(g->e, ERR_TOO_LARGE, path.ptr, "文件合计超过 256 MiB，请分几个目录导入");
    char *bytes = good ? arena_alloc(g->a, (size_t)st.st_size + 1) : NULL;

    while (good && done < (size_t)st.st_size) {
        ssize_t n = read(fd, bytes + done, (size_t)st.st_size - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            good =
                err_set(g->e, ERR_DISK, path.ptr, "读文件 %s 时出错：%s", place, strerror(errno));
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    if (fd >= 0)
        close(fd);
    *out = (Str){bytes, done};
    g->bytes += done;
    return good;
}

static bool add_file(Gather *g, Str path, Str text) {
    if (g->count == SOURCE_FILES_MOST)
        return err_set(g->e, ERR_TOO_LARGE, NULL, "文件超过 %d 个，请分几个目录导入",
                       SOURCE_FILES_MOST);
    if (g->count == g->room) {
        size_t room = g->room == 0 ? 256 : 2 * g->room;
        File *more = arena_array_of(g->a, room, File);

        if (g->count != 0)
            memcpy(more, g->files, g->count * sizeof *more);
        g->files = more;
        g->room = room;
    }
    File *f = &g->files[g->count++];
    size_t slash = path.len;

    while (slash > 0 && path.ptr[slash - 1] != '/')
        slash--;
    *f = (File){.path = path,
                .folder = str_slice(path, 0, slash == 0 ? 0 : slash - 1),
                .name = str_slice(path, slash, path.len),
                .text = text};
    return true;
}

static bool walk(Gather *g, Str path, int depth);

static bool walk_entry(Gather *g, Str path, const char *name, int depth) {
    Str inside = path.len == 0 ? str_dup(g->a, str_of(name))
                               : str_format(g->a, "%.*s/%s", STR_ARG(path), name);
    Str place = str_format(g->a, "%s/%s", g->root, inside.ptr), text;
    struct stat st;

    if (name[0] == '.' || strcmp(name, "node_modules") == 0)
        return true;
    if (lstat(place.ptr, &st) != 0)
        return err_set(g->e, ERR_DISK, inside.ptr, "看不了 %s：%s", place.ptr, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return walk(g, inside, depth + 1);
    if (!str_ends(inside, STR(".md")) || S_ISLNK(st.st_mode))
        return true;
    return read_file(g, place.ptr, inside, &text) && add_file(g, inside, text);
}

static bool walk(Gather *g, Str path, int depth) {
    if (depth > DEPTH_MOST)
        return err_set(g->e, ERR_INVALID, path.ptr, "目录套得太深：最多 %d 层", DEPTH_MOST);
    Str place = str_format(g->a, "%s/%.*s", g->root, STR_ARG(path));
    DIR *d = opendir(place.ptr);

    if (d == NULL)
        return err_set(g->e, errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_DISK,
                       path.ptr, "打不开目录 %s：%s", place.ptr, strerror(errno));
    bool good = true;

    for (struct dirent *entry; good && (entry = readdir(d)) != NULL;)
        good = walk_entry(g, path, entry->d_name, depth);
    closedir(d);
    return good;
}

static int by_path(const void *a, const void *b) {
    return str_compare(((const File *)a)->path, ((const File *)b)->path);
}

/* ---- names ---- */

static Str last_of(Str path) {
    size_t at = path.len;

    while (at > 0 && path.ptr[at - 1] != '/')
        at--;
    return str_slice(path, at, path.len);
}

static Str first_of(Str path) {
    ptrdiff_t slash = str_find(path, STR("/"));

    return slash < 0 ? path : str_slice(path, 0, (size_t)slash);
}

/* An id fit for an address; the digest of the title where the folder's name gives none. */
static Str slug_of(Gather *g, Str name, Str title) {
    scoped_buf Buf b;
    size_t letters = 0;

    buf_init(&b, 200);
    for (size_t i = 0; i < name.len && b.len < 100; i++) {
        char c = name.ptr[i];
        bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

        letters += fine;
        if (fine || (b.len != 0 && b.ptr[b.len - 1] != '-'))
            buf_add_char(&b, fine ? c : '-');
    }
    while (b.len != 0 && b.ptr[b.len - 1] == '-')
        b.len--;
    if (letters < 2) {
        unsigned char digest[SM3_SIZE];

        buf_clear(&b);
        buf_add_c(&b, "law-");
        sm3(title.ptr, title.len, digest);
        buf_add_hex(&b, digest, 5);
    }
    return str_dup(g->a, buf_str(&b));
}

/* "docs/category/administrative.md" tells 行政法. */
static Str category_title(const Gather *g, Str category) {
    Str wanted = str_format(g->a, "category/%.*s.md", STR_ARG(category)), heading;

    for (size_t i = 0; i < g->count; i++)
        if (str_eq(g->files[i].path, wanted) &&
            statute_part_kind(g->files[i].text, &heading) != PART_OTHER)
            return heading;
    return category;
}

/* ---- one law ---- */

static bool keep(Gather *g, Statute *text, Str slug, Str category, bool appended) {
    Source *out = g->out;
    unsigned char digest[SM3_SIZE];
    scoped_buf Buf written, hex;

    if (out->count == g->law_room) {
        size_t room = g->law_room == 0 ? 256 : 2 * g->law_room;
        SourceLaw *more = arena_array_of(g->a, room, SourceLaw);

        if (out->count != 0)
            memcpy(more, out->laws, out->count * sizeof *more);
        out->laws = more;
        g->law_room = room;
    }
    SourceLaw *l = &out->laws[out->count++];

    buf_init(&written, (size_t)8 * STATUTE_FILE_MOST);
    buf_init(&hex, 2 * SM3_SIZE);
    statute_write(text, &written);
    *l = (SourceLaw){.slug = slug,
                     .category = category,
                     .category_title = category_title(g, category),
                     .text = text,
                     .written = str_dup(g->a, buf_str(&written))};
    sm3(l->written.ptr, l->written.len, digest);
    buf_add_hex(&hex, digest, sizeof digest);
    memcpy(l->digest, hex.ptr, sizeof l->digest);
    *(text->by_items ? &out->items : &out->articles) += text->article_count;
    out->unmarked += text->unmarked;
    out->appended += appended;
    return true;
}

typedef struct Folder {
    StatutePart parts[PARTS_MOST];
    size_t part_count;
    const File *extra[PARTS_MOST]; /* amendments and decisions printed with it */
    size_t extra_count;
} Folder;

static bool put_part(Gather *g, Folder *f, File *file, PartKind kind) {
    if (f->part_count == PARTS_MOST || f->extra_count == PARTS_MOST)
        return err_set(g->e, ERR_CONTENT, file->path.ptr, "一部法规的文件超过 %d 个，请检查目录",
                       PARTS_MOST);
    file->used = true;
    if (kind == PART_TITLE || kind == PART_AMENDMENTS)
        f->extra[f->extra_count++] = file;
    else
        f->parts[f->part_count++] = (StatutePart){.file = file->path.ptr, .text = file->text};
    return true;
}

/* The preamble comes first, then by the first article, then what has none. */
static int rank_of(const StatutePart *p) {
    Str heading;
    int first = statute_first_article(p->text);

    return statute_part_kind(p->text, &heading) == PART_PREAMBLE ? 0
           : first != 0                                          ? first
                                                                 : INT32_MAX;
}

static int by_rank(const void *a, const void *b) {
    int x = rank_of(a), y = rank_of(b);

    return x != y ? (x < y ? -1 : 1)
                  : strcmp(((const StatutePart *)a)->file, ((const StatutePart *)b)->file);
}

static bool collect(Gather *g, File *readme, Folder *f) {
    Str heading;

    readme->used = true;
    f->parts[f->part_count++] = (StatutePart){.file = readme->path.ptr, .text = readme->text};
    for (size_t i = 0; i < g->count; i++) {
        File *other = &g->files[i];

        if (other == readme || !str_eq(other->folder, readme->folder))
            continue;
        PartKind kind = statute_part_kind(other->text, &heading);

        if (kind != PART_OTHER && !put_part(g, f, other, kind))
            return false;
    }
    qsort(f->parts + 1, f->part_count - 1, sizeof *f->parts, by_rank);
    return true;
}

/* A law that was amended last by something printed beside it is in force from that one's day. */
static void take_day(Statute *law, const Statute *amendment) {
    if (law->from == DAY_NONE && law->made_by == LAW_AMENDED && law->made != DAY_NONE &&
        amendment->made == law->made)
        law->from = amendment->from;
}

static bool add_extra(Gather *g, Statute *law, const StatutePart *part, Str slug, Str category,
                      size_t *number) {
    Statute *text =
        statute_read(g->a, &(StatuteRead){.parts = part, .count = 1, .continuing = true}, g->e);

    if (text == NULL)
        return false;
    text->of = law->title;
    take_day(law, text);
    return keep(g, text, str_format(g->a, "%.*s-%zu", STR_ARG(slug), ++*number), category, true);
}

/* Below # 修正案 each ## begins one of them. */
static bool add_amendments(Gather *g, Statute *law, const File *file, Str slug, Str category,
                           size_t *number) {
    Str rest = file->text, line, one = {NULL, 0};
    int at = 0, began = 0;
    bool good = true;

    for (bool more = true; good && more; at++) {
        more = str_split(&rest, '\n', &line);
        if (more && !str_starts(line, STR("## ")))
            continue;
        Str end = more ? line : (Str){file->text.ptr + file->text.len, 0};

        if (one.ptr != NULL)
            good = add_extra(g, law,
                             &(StatutePart){.file = file->path.ptr,
                                            .text = {one.ptr + 1, (size_t)(end.ptr - one.ptr) - 1},
                                            .line = began},
                             slug, category, number);
        one = line;
        began = at;
    }
    return good;
}

static bool add_extras(Gather *g, Statute *law, const Folder *f, Str slug, Str category) {
    size_t number = 0;
    Str heading;

    for (size_t i = 0; i < f->extra_count; i++) {
        const File *file = f->extra[i];
        StatutePart part = {.file = file->path.ptr, .text = file->text};

        if (statute_part_kind(file->text, &heading) == PART_AMENDMENTS
                ? !add_amendments(g, law, file, slug, category, &number)
                : !add_extra(g, law, &part, slug, category, &number))
            return false;
    }
    return true;
}

/* …/versions/2027-01-01: the folder tells from when that text is in force. */
static bool version_of(Gather *g, Str folder, Str *home, Day *from) {
    Str day = last_of(folder), rest = str_slice(folder, 0, folder.len - day.len);

    *home = folder;
    *from = DAY_NONE;
    if (!str_ends(rest, STR("/versions/")))
        return true;
    *home = str_slice(rest, 0, rest.len - STR("/versions/").len);
    return day_parse(day, from) ||
           err_set(g->e, ERR_CONTENT, folder.ptr,
                   "versions 下面的文件夹应当以施行日期命名，例如 2027-01-01");
}

static bool settle_version(Gather *g, const File *readme, Statute *text, Day from) {
    char said[11], named[11];

    if (from == DAY_NONE)
        return true;
    if (text->from != DAY_NONE && text->from != from) {
        day_format(text->from, said);
        day_format(from, named);
        return err_set(g->e, ERR_CONTENT, readme->path.ptr,
                       "施行日期前后不一：文件夹写的是 %s，条文写的是 %s", named, said);
    }
    text->from = from;
    return true;
}

static bool add_law(Gather *g, File *readme) {
    Folder *f = arena_new_of(g->a, Folder);
    Str home;
    Day from;

    if (!version_of(g, readme->folder, &home, &from) || !collect(g, readme, f))
        return false;
    Statute *text =
        statute_read(g->a, &(StatuteRead){.parts = f->parts, .count = f->part_count}, g->e);

    if (text == NULL || !settle_version(g, readme, text, from))
        return false;
    Str slug = slug_of(g, last_of(home), text->title), category = first_of(home);

    /* The law itself is kept after what may tell its day. */
    size_t before = g->out->count;

    if (!add_extras(g, text, f, slug, category) || !keep(g, text, slug, category, false))
        return false;
    SourceLaw own = g->out->laws[g->out->count - 1];

    memmove(&g->out->laws[before + 1], &g->out->laws[before],
            (g->out->count - 1 - before) * sizeof own);
    g->out->laws[before] = own;
    return true;
}

static bool add_file_law(Gather *g, File *file) {
    StatutePart part = {.file = file->path.ptr, .text = file->text};
    Statute *text = statute_read(g->a, &(StatuteRead){.parts = &part, .count = 1}, g->e);
    Str name = str_slice(file->name, 0, file->name.len - STR(".md").len);

    file->used = true;
    return text != NULL &&
           keep(g, text, slug_of(g, name, text->title), last_of(file->folder), false);
}

/* ---- all ---- */

/* The same title twice is a mistake unless the texts were made on different days. */
static bool check_titles(Gather *g) {
    Source *s = g->out;

    for (size_t i = 0; i < s->count; i++) {
        bool first = true;

        for (size_t j = 0; j < i; j++) {
            const Statute *x = s->laws[i].text, *y = s->laws[j].text;

            if (!str_eq(x->title, y->title))
                continue;
            first = false;
            if (x->made == y->made && x->from == y->from)
                return err_set(g->e, ERR_CONTENT, NULL,
                               "《%.*s》有两份文本，通过和施行日期相同，请去掉一份",
                               STR_ARG(x->title));
        }
        s->titles += first && s->laws[i].text->of.len == 0;
    }
    return true;
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sign(Gather *g) {
    Source *s = g->out;
    const char **digests = arena_array_of(g->a, s->count + 1, const char *);
    unsigned char digest[SM3_SIZE];
    Sm3 *all = sm3_new();
    scoped_buf Buf hex;

    for (size_t i = 0; i < s->count; i++)
        digests[i] = s->laws[i].digest;
    qsort(digests, s->count, sizeof *digests, by_text);
    for (size_t i = 0; i < s->count; i++)
        sm3_add(all, digests[i], 2 * SM3_SIZE);
    sm3_end(all, digest);
    buf_init(&hex, 2 * SM3_SIZE);
    buf_add_hex(&hex, digest, sizeof digest);
    memcpy(s->digest, hex.ptr, sizeof s->digest);
}

static Source *finish(Gather *g) {
    Source *s = g->out;
    Str *skipped = arena_array_of(g->a, g->count + 1, Str);

    for (size_t i = 0; i < g->count; i++) {
        const File *f = &g->files[i];

        if (!f->used && !str_starts(f->path, STR("category/")))
            skipped[s->skipped_count++] = f->path;
    }
    s->skipped = skipped;
    s->bytes = g->bytes;
    if (!check_titles(g))
        return NULL;
    sign(g);
    return s;
}

static bool add_all(Gather *g) {
    for (size_t i = 0; i < g->count; i++)
        if (str_is(g->files[i].name, "README.md") && statute_looks(g->files[i].text) &&
            !add_law(g, &g->files[i]))
            return false;
    for (size_t i = 0; i < g->count; i++)
        if (!g->files[i].used && statute_looks(g->files[i].text) && !add_file_law(g, &g->files[i]))
            return false;
    return true;
}

Source *source_read(Arena *a, const char *folder, Err *e) {
    Str docs = str_format(a, "%s/docs", folder);
    struct stat st;
    Gather g = {.a = a, .root = folder, .out = arena_new_of(a, Source), .e = e};

    if (stat(docs.ptr, &st) == 0 && S_ISDIR(st.st_mode))
        g.root = docs.ptr;
    if (!walk(&g, (Str){"", 0}, 0))
        return NULL;
    if (g.count != 0)
        qsort(g.files, g.count, sizeof *g.files, by_path);
    if (!add_all(&g))
        return NULL;
    if (g.out->count == 0) {
        err_set(e, ERR_INVALID, NULL,
                "目录 %s 里没有法规：每部法规应当是“类别/法规/README.md”，第一行写“# "
                "名称”，条文写成“**第一条**　……”",
                folder);
        return NULL;
    }
    return finish(&g);
}

Source *source_one(Arena *a, Str name, Str text, Err *e) {
    Gather g = {.a = a, .root = "", .out = arena_new_of(a, Source), .bytes = text.len, .e = e};
    Str path = str_dup(
        a, str_ends(name, STR(".md")) && str_find(name, STR("/")) < 0 ? name : STR("text.md"));

    return add_file(&g, path, text) && add_file_law(&g, &g.files[0]) ? finish(&g) : NULL;
}
