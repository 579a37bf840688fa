/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/layout_body.c: title, text, levels, enclosures, on the rows of the grid. */
#include "document/layout_inside.h"

#include <string.h>

#include "base/banned.h"

/* Lines of this many rows and fewer stay together with what they announce. */
enum { HEADING_LINES = 3 };

static const Block *block_at(const Layout *l, size_t block) {
    return &l->sheet->blocks[block];
}

/* An empty paragraph says nothing: the distances are the standard's. */
static bool is_empty(Layout *l, size_t block) {
    const Block *b = block_at(l, block);

    if (b->kind == BLOCK_TABLE || b->kind == BLOCK_PAGE)
        return false;
    for (size_t i = 0; i < b->span_count; i++)
        if (str_trim(b->spans[i].text).len > 0)
            return false;
    return true;
}

static BlockKind kind_before(Layout *l, size_t block) {
    while (block-- > 0)
        if (!is_empty(l, block))
            return block_at(l, block)->kind;
    return BLOCK_PAGE;
}

/* Does text of the body follow on the block, so that a heading announces something? */
static bool followed(Layout *l, size_t block) {
    while (++block < l->sheet->count)
        if (!is_empty(l, block)) {
            BlockKind kind = block_at(l, block)->kind;

            return kind == BLOCK_TEXT || kind == BLOCK_TABLE ||
                   (kind >= BLOCK_LEVEL_1 && kind <= BLOCK_LEVEL_4);
        }
    return false;
}

static bool put_lines(Layout *l, size_t block, const Para *para, Shape shape, bool heading) {
    size_t count;
    const Line *lines = lines_of(l, para, shape, &count);

    if (heading && count <= HEADING_LINES && !page_room(l, (int)count + 1))
        return false;
    for (size_t i = 0; i < count; i++) {
        Piece *piece = page_line(l, &lines[i], lines[i].indent, block);

        if (piece == NULL)
            return false;
        piece->text = true;
        piece->heading = heading;
    }
    return true;
}

static bool put_text(Layout *l, size_t block) {
    return put_lines(l, block, para_of_block(l, block, FONT_BODY, SIZE_3, WIDTH - 2 * CELL),
                     (Shape){.measure = WIDTH, .first = 2 * CELL, .even = true}, false);
}

static bool put_flush(Layout *l, size_t block, FontRole role) {
    return put_lines(l, block, para_of_block(l, block, role, SIZE_3, WIDTH),
                     (Shape){.measure = WIDTH, .even = true}, false);
}

/* 一、…… in 黑体 and （一）…… in 楷体 up to the first full stop; what follows it is text. */
static bool put_level(Layout *l, size_t block, FontRole role, int level) {
    const Block *b = block_at(l, block);
    uint8_t *roles;
    Str text = spans_text(l, b->spans, b->span_count, role, &roles);
    ptrdiff_t stop = str_find(text, STR("。"));
    size_t end = stop < 0 ? text.len : (size_t)stop + STR("。").len;
    bool heading = str_trim(str_slice(text, end, text.len)).len == 0 && followed(l, block);

    for (size_t i = end; i < text.len; i++)
        if (roles[i] == role)
            roles[i] = FONT_BODY;
    if (level <= 2)
        page_entry(l, block, level, str_slice(text, 0, end));
    return put_lines(l, block, para_in_roles(l, text, roles, role, SIZE_3, CELL, WIDTH - 2 * CELL),
                     (Shape){.measure = WIDTH, .first = 2 * CELL, .even = true}, heading);
}

static bool put_title(Layout *l, size_t block) {
    const Para *para = para_of_block(l, block, FONT_TITLE, SIZE_2, WIDTH);
    size_t count;
    const Line *lines = title_lines(l, para, &count);

    page_entry(l, block, 0, sheet_text(l->arena, block_at(l, block)));
    if (kind_before(l, block) == BLOCK_TITLE)
        l->blank = 0; /* a title of several paragraphs */
    if (!page_room(l, (int)count + 2 < ROWS ? (int)count + 2 : 1))
        return false;
    for (size_t i = 0; i < count; i++)
        if (page_line(l, &lines[i], (WIDTH - lines[i].width) / 2, block) == NULL)
            return false;
    l->blank = 1;
    return true;
}

static bool put_centred(Layout *l, size_t block) {
    const Para *para = para_of_block(l, block, FONT_BODY, SIZE_3, WIDTH);
    size_t count;
    const Line *lines = lines_of(l, para, (Shape){.measure = WIDTH}, &count);

    for (size_t i = 0; i < count; i++)
        if (page_line(l, &lines[i], (WIDTH - lines[i].width) / 2, block) == NULL)
            return false;
    return true;
}

/* How many bytes at the front of `text` are 附件： and a number such as "1." with its spaces. */
static size_t enclosure_front(Str text, size_t *label) {
    size_t at = str_starts(text, STR("附件：")) ? STR("附件：").len : 0, digits = at;

    *label = at;
    while (digits < text.len && text.ptr[digits] >= '0' && text.ptr[digits] <= '9')
        digits++;
    if (digits == at || digits == text.len)
        return at;
    if (text.ptr[digits] == '.')
        digits++;
    else if (str_starts(str_slice(text, digits, text.len), STR("．")) ||
             str_starts(str_slice(text, digits, text.len), STR("、")))
        digits += 3;
    else
        return at; /* 2024年…: not a number of an enclosure */
    while (digits < text.len && text.ptr[digits] == ' ')
        digits++;
    return digits;
}

/* A name that goes on in the next line stands below its own first character. */
static bool put_enclosure(Layout *l, size_t block) {
    const Para *para = para_of_block(l, block, FONT_BODY, SIZE_3, WIDTH - 8 * CELL);
    bool first = kind_before(l, block) != BLOCK_ATTACHMENT;
    size_t label, front = enclosure_front(para->text, &label);
    double indent = 2 * CELL + (label == 0 && !first ? 3 * CELL : 0);
    double hang = indent + atoms_width(para, 0, atom_at(para, front));

    if (first)
        l->blank = 1;
    if (hang > WIDTH / 2)
        hang = indent;
    return put_lines(l, block, para,
                     (Shape){.measure = WIDTH, .first = indent, .hang = hang, .even = true}, false);
}

/* 出席：…… : the label in 黑体, the names hang behind its colon. */
static bool put_names(Layout *l, size_t block) {
    const Block *b = block_at(l, block);
    uint8_t *roles;
    Str text = spans_text(l, b->spans, b->span_count, FONT_BODY, &roles);
    ptrdiff_t colon = str_find(text, STR("："));
    size_t label = colon < 0 ? 0 : (size_t)colon + STR("：").len;
    double hang = 2 * CELL;
    const Para *para;

    memset(roles, FONT_BLACK, label);
    para = para_in_roles(l, text, roles, FONT_BODY, SIZE_3, CELL, WIDTH - 8 * CELL);
    if (label > 0)
        hang += atoms_width(para, 0, atom_at(para, label));
    if (hang > WIDTH / 2)
        hang = 2 * CELL;
    if (kind_before(l, block) != BLOCK_NAMES)
        l->blank = 1;
    return put_lines(l, block, para,
                     (Shape){.measure = WIDTH, .first = 2 * CELL, .hang = hang, .even = true},
                     false);
}

/* 附件1 on a new page, its title on the third row. */
static bool put_enclosure_head(Layout *l, size_t block) {
    if (!page_empty(l) && !page_new(l))
        return false;
    page_entry(l, block, 0, sheet_text(l->arena, block_at(l, block)));
    if (!put_flush(l, block, FONT_BLACK))
        return false;
    l->blank = 1;
    return true;
}

/* Signatures, dates and notes that follow each other. */
static size_t closing_end(Layout *l, size_t from) {
    size_t to = from;

    for (size_t i = from; i < l->sheet->count; i++) {
        BlockKind kind = block_at(l, i)->kind;

        if (kind == BLOCK_SIGNATURE || kind == BLOCK_DATE || kind == BLOCK_NOTE)
            to = i + 1;
        else if (!is_empty(l, i))
            break;
    }
    return to;
}

static bool put_block(Layout *l, size_t block) {
    switch (block_at(l, block)->kind) {
    case BLOCK_TITLE:
        return put_title(l, block);
    case BLOCK_RECIPIENT:
        return put_flush(l, block, FONT_BODY);
    case BLOCK_LEVEL_1:
        return put_level(l, block, FONT_BLACK, 1);
    case BLOCK_LEVEL_2:
        return put_level(l, block, FONT_REGULAR, 2);
    case BLOCK_LEVEL_3:
    case BLOCK_LEVEL_4:
        return put_level(l, block, FONT_BODY, 3);
    case BLOCK_ATTACHMENT:
        return put_enclosure(l, block);
    case BLOCK_NAMES:
        return put_names(l, block);
    case BLOCK_ATTACHMENT_HEAD:
        return put_enclosure_head(l, block);
    case BLOCK_TABLE:
        return layout_table(l, block);
    case BLOCK_PAGE:
        return page_empty(l) || page_new(l);
    case BLOCK_COPY_NUMBER:
    case BLOCK_SECRECY:
    case BLOCK_URGENCY:
    case BLOCK_MARK:
    case BLOCK_NUMBER:
    case BLOCK_SIGNER:
        return put_centred(l, block); /* of an enclosed document */
    default:
        return put_text(l, block);
    }
}

bool layout_body(Layout *l) {
    for (size_t i = 0; i < l->sheet->count; i++) {
        const Block *b = block_at(l, i);
        size_t to;

        if (is_empty(l, i) || block_in_head(l->sheet, i) || block_in_record(b))
            continue;
        to = closing_end(l, i);
        if (to > i) {
            if (!layout_closing(l, i, to))
                return false;
            i = to - 1;
        } else if (!put_block(l, i) || l->failed) {
            return false;
        }
    }
    return !l->failed;
}
