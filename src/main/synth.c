/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/synth.c: the synthetic county from first file to answers.json. */
#include "main/synth.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "main/synth_county.h"

bool county_open(County *k, const char *file, const char *dataset, SheetFormat format,
                 HeaderStyle style, const char *banner, const char *const *fields, Err *e) {
    const Dataset *d = content_dataset(k->content, str_of(dataset), e);
    Str path = str_format(k->arena, "%s/%s", k->out, file);

    if (!d)
        return false;
    k->file = str_format(k->arena, "%s", file).ptr;
    k->dataset = d->dataset;
    k->broken = 0;
    k->sheet = sheet_open(path.ptr, d, format, style, banner, fields, &k->chance, e);
    return k->sheet != NULL;
}

bool county_close(County *k, Err *e) {
    int64_t rows = 0;
    Node *file = node_map(k->arena);

    bool good = sheet_close(k->sheet, &rows, e);

    k->sheet = NULL; /* gone, also on failure */
    if (!good)
        return false;
    node_set_text(k->arena, file, "file", str_of(k->file));
    node_set_text(k->arena, file, "dataset", k->dataset);
    node_set_int(k->arena, file, "rows", rows);
    node_set_int(k->arena, file, "rejected", k->broken);
    node_add(k->arena, k->files, file);
    k->written += rows;
    if (k->said)
        k->said(k->said_context, k->file, rows);
    return true;
}

Day county_between(County *k, Day from, Day to) {
    return from + (Day)chance_below(&k->chance, to - from + 1);
}

int64_t county_share(const County *k, double share, int64_t least) {
    int64_t n = (int64_t)((double)k->records * share);

    return n < least ? least : n;
}

static void answer(County *k, Node *list, const char *model, const char *kind, const char *name,
                   const char *key, const char *why) {
    Arena *a = k->arena;
    Node *entry = node_map(a), *subject = node_map(a);

    node_set_text(a, subject, "kind", str_of(kind));
    node_set_text(a, subject, "name", str_of(name));
    node_set_text(a, subject, "key", str_of(key));
    node_set_text(a, entry, "model", str_of(model));
    node_set(a, entry, "subject", subject);
    node_set_text(a, entry, "why", str_of(why));
    node_add(a, list, entry);
}

void county_planted(County *k, const char *model, const char *kind, const char *name,
                    const char *key, const char *why) {
    answer(k, k->planted, model, kind, name, key, why);
}

void county_near(County *k, const char *model, const char *kind, const char *name, const char *key,
                 const char *why) {
    answer(k, k->near, model, kind, name, key, why);
}

static bool folder_ready(const char *out, Err *e) {
    DIR *d;
    int entries = 0;

    if (mkdir(out, 0700) != 0 && errno != EEXIST)
        return err_set(e, ERR_DISK, out, "无法建立目录 %s：%s", out, strerror(errno));
    if (!(d = opendir(out)))
        return err_set(e, ERR_DISK, out, "无法打开目录 %s：%s", out, strerror(errno));
    for (struct dirent *entry; (entry = readdir(d)) != NULL;)
        entries += entry->d_name[0] != '.';
    closedir(d);
    return entries == 0 ||
           err_set(e, ERR_CONFLICT, out, "目录 %s 不是空的，请换一个空目录，以免覆盖文件", out);
}

static bool answers_write(County *k, Err *e) {
    Arena *a = k->arena;
    Node *n = node_map(a);
    scoped_buf Buf text;
    char day[11];
    Str path = str_format(a, "%s/answers.json", k->out);

    day_format(COUNTY_DAY, day);
    node_set_int(a, n, "seed", (int64_t)k->seed);
    node_set_int(a, n, "records", k->written);
    node_set_text(a, n, "as_of", str_of(day));
    node_set(a, n, "files", k->files);
    node_set(a, n, "planted", k->planted);
    node_set(a, n, "near_misses", k->near);
    buf_init(&text, 256 << 20);
    json_write_pretty(n, &text);
    FILE *f = fopen(path.ptr, "we");
    bool good = f && fwrite(text.ptr, 1, text.len, f) == text.len;

    if (f)
        good = fclose(f) == 0 && good;
    return good || err_set(e, ERR_DISK, path.ptr, "写入 %s 时出错，请检查磁盘空间", path.ptr);
}

bool synth_write(const Content *c, const char *out, int64_t records, uint64_t seed, SynthSaid *said,
                 void *context, int64_t *written, Err *e) {
    scoped_arena Arena *a = arena_new();
    int64_t each = records / 20000;
    County k = {.content = c,
                .out = out,
                .seed = seed,
                .records = records,
                .arena = a,
                .said = said,
                .said_context = context,
                .chance = {seed}};

    if (records < SYNTH_LEAST || records > SYNTH_MOST)
        return err_set(e, ERR_USAGE, NULL, "行数须在 %d 到 %d 之间", SYNTH_LEAST, SYNTH_MOST);
    if (!folder_ready(out, e))
        return false;
    k.each = each < 6 ? 6 : each > 60 ? 60 : each;
    k.files = node_list(a);
    k.planted = node_list(a);
    k.near = node_list(a);
    bool good = county_people(&k, e) && county_companies(&k, e) && county_cases(&k, e) &&
                county_plant(&k, e) && answers_write(&k, e);

    if (k.sheet)
        sheet_close(k.sheet, NULL, NULL);
    if (good)
        *written = k.written;
    return good;
}
