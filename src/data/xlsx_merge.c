/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/xlsx_merge.c: vertical merges. */
#include "data/xlsx_merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { MERGES_MAX = 1000000, TAG_MAX = 512 };

/* --- references ------------------------------------------------------------------------------ */

bool cell_reference(Str ref, uint64_t *row, uint64_t *column) {
    size_t i = 0;
    uint64_t c = 0, r = 0;

    for (; i < ref.len && i < 4 && ref.ptr[i] >= 'A' && ref.ptr[i] <= 'Z'; i++)
        c = c * 26 + (uint64_t)(ref.ptr[i] - 'A' + 1);
    if (c == 0)
        return false;
    for (size_t digits = i; i < ref.len; i++) {
        if (ref.ptr[i] < '0' || ref.ptr[i] > '9' || i - digits > 9)
            return false;
        r = r * 10 + (uint64_t)(ref.ptr[i] - '0');
    }
    *row = r;
    *column = c - 1;
    return true;
}

bool range_reference(Str ref, uint64_t *first, uint64_t *last, uint64_t *column,
                     uint64_t *last_column) {
    ptrdiff_t colon = str_find(ref, STR(":"));

    if (colon < 0) {
        *first = *last = *column = *last_column = 0;
        return cell_reference(ref, first, column) && cell_reference(ref, last, last_column);
    }
    return cell_reference(str_slice(ref, 0, (size_t)colon), first, column) &&
           cell_reference(str_slice(ref, (size_t)colon + 1, ref.len), last, last_column);
}

/* --- the list -------------------------------------------------------------------------------- */

void merges_init(Merges *m) {
    *m = (Merges){0};
    buf_init(&m->pending, 1 << 20);
}

void merges_done(Merges *m) {
    for (size_t i = 0; i < m->count; i++)
        free(m->items[i].text);
    free(m->items);
    free(m->active);
    buf_done(&m->pending);
}

static void *grown(void *old, size_t count, size_t *cap, size_t size) {
    if (count < *cap)
        return old;
    *cap = *cap == 0 ? 64 : *cap * 2;
    void *p = realloc(old, *cap * size);

    if (p == NULL)
        abort();
    return p;
}

bool merges_add(Merges *m, uint64_t first, uint64_t last, uint32_t column, Err *e) {
    if (last <= first || column >= ROW_COLUMNS_MAX)
        return true;
    if (m->count == MERGES_MAX)
        return err_set(e, ERR_TOO_LARGE, NULL,
                       "工作表的合并单元格超过 %d 处，请取消合并，或另存为 CSV 再导入", MERGES_MAX);
    m->items = grown(m->items, m->count, &m->cap, sizeof *m->items);
    m->items[m->count++] = (Merge){.first = first, .last = last, .column = column};
    return true;
}

static int by_place(const void *a, const void *b) {
    const Merge *x = a, *y = b;

    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return x->column != y->column ? (x->column < y->column ? -1 : 1)
                                  : (x->last > y->last) - (x->last < y->last);
}

void merges_ready(Merges *m) {
    if (m->count != 0)
        qsort(m->items, m->count, sizeof *m->items, by_place);
    m->next = m->active_count = 0;
}

bool merges_known(const Merges *m, uint64_t first, uint64_t last, uint32_t column) {
    Merge wanted = {.first = first, .last = last, .column = column};

    if (last <= first || column >= ROW_COLUMNS_MAX)
        return true;
    return m->count != 0 &&
           bsearch(&wanted, m->items, m->count, sizeof *m->items, by_place) != NULL;
}

/* --- the quick scan -------------------------------------------------------------------------- */

/* `tag` is what stands between < and >. In well-formed XML a "<" begins nothing but markup, so no
 * text of a cell can look like this. */
static bool take_tag(Merges *m, Str tag, Err *e) {
    uint64_t first, last, column, last_column;

    /* Cells are <c …>, <v>, <row …>: most tags are told apart by one byte. */
    if (tag.len == 0 ||
        (tag.ptr[0] != 'm' && memchr(tag.ptr, ':', tag.len < 16 ? tag.len : 16) == NULL))
        return true;
    ptrdiff_t at = str_find(tag, STR("mergeCell"));

    /* The name, alone or after a prefix, and not mergeCells. */
    if (at < 0 || (at > 0 && tag.ptr[at - 1] != ':') || (size_t)at + 9 >= tag.len ||
        strchr(" \t\r\n", tag.ptr[at + 9]) == NULL)
        return true;
    ptrdiff_t ref = str_find(tag, STR("ref="));

    if (ref < 0 || (size_t)ref + 5 >= tag.len)
        return true;
    char quote = tag.ptr[ref + 4];
    Str value = str_slice(tag, (size_t)ref + 5, tag.len);
    const char *end = memchr(value.ptr, quote, value.len);

    if (end == NULL)
        return true;
    value.len = (size_t)(end - value.ptr);
    if (!range_reference(value, &first, &last, &column, &last_column) || column >= ROW_COLUMNS_MAX)
        return true;
    return merges_add(m, first, last, (uint32_t)column, e);
}

static bool scan_text(Merges *m, Str text, Err *e) {
    while (text.len != 0) {
        const char *open = memchr(text.ptr, '<', text.len);

        if (open == NULL)
            break;
        text = str_slice(text, (size_t)(open - text.ptr) + 1, text.len);
        const char *close = memchr(text.ptr, '>', text.len < TAG_MAX ? text.len : TAG_MAX);

        if (close == NULL) {
            /* Cut by the end of the piece: keep it for the next one. */
            if (text.len < TAG_MAX) {
                buf_add_char(&m->pending, '<');
                buf_add(&m->pending, text);
            }
            return true;
        }
        if (!take_tag(m, (Str){text.ptr, (size_t)(close - text.ptr)}, e))
            return false;
    }
    return true;
}

bool merges_scan(Merges *m, Str piece, Err *e) {
    if (m->pending.len == 0)
        return scan_text(m, piece, e);
    /* Join the cut tag with enough of this piece to end it, then go on behind that. */
    size_t n = piece.len < TAG_MAX ? piece.len : TAG_MAX;
    const char *close = n == 0 ? NULL : memchr(piece.ptr, '>', n);
    size_t used = close == NULL ? n : (size_t)(close - piece.ptr) + 1;

    buf_add(&m->pending, str_slice(piece, 0, used));
    if (close == NULL && m->pending.len < TAG_MAX)
        return true;
    Str tag = buf_str(&m->pending);
    bool ok = close == NULL || take_tag(m, str_slice(tag, 1, tag.len - 1), e);

    buf_clear(&m->pending);
    return ok && scan_text(m, str_slice(piece, used, piece.len), e);
}

/* --- filling --------------------------------------------------------------------------------- */

static void activate(Merges *m, uint64_t line) {
    while (m->next < m->count && m->items[m->next].first <= line) {
        if (m->items[m->next].last >= line) {
            m->active = grown(m->active, m->active_count, &m->active_cap, sizeof *m->active);
            m->active[m->active_count++] = m->next;
        }
        m->next++;
    }
}

static void remember(Merge *m, const SheetRow *r) {
    const SheetCell *c = m->column < r->count ? &r->cells[m->column] : NULL;

    if (c == NULL || c->len == 0)
        return;
    if ((m->text = malloc(c->len)) == NULL)
        abort();
    memcpy(m->text, r->bytes.ptr + c->from, c->len);
    m->len = c->len;
    m->kind = c->kind;
}

static bool fill(const Merge *m, SheetRow *r, Err *e) {
    bool empty = m->column >= r->count || r->cells[m->column].len == 0;

    return !empty || m->len == 0 || sheet_row_set(r, m->column, m->kind, (Str){m->text, m->len}, e);
}

bool merges_apply(Merges *m, SheetRow *r, Err *e) {
    size_t kept = 0;
    bool ok = true;

    activate(m, r->line);
    for (size_t i = 0; i < m->active_count; i++) {
        Merge *merge = &m->items[m->active[i]];

        if (merge->last < r->line) {
            free(merge->text);
            merge->text = NULL;
            merge->len = 0;
            continue;
        }
        if (merge->first == r->line)
            remember(merge, r);
        else
            ok = ok && fill(merge, r, e);
        m->active[kept++] = m->active[i];
    }
    m->active_count = kept;
    return ok;
}
