/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/layout_line.c: lines filled with atoms.
 *
 * A line of full-width characters is exactly full, each character in its cell. Only where a line
 * may not begin or end as the grid would have it, punctuation gives up half its cell so that what
 * hangs is pulled in, or else the last characters go to the next line and the rest is spread. */
#include "document/layout_inside.h"

#include <math.h>

#include "base/banned.h"

/* Rounding of sums of cells. */
#define NEARLY 0.01
/* Room between two characters, in cells, that a reader takes for a hole, and for a broken line. */
#define TORN 0.25
#define RAGGED 0.5

bool atom_gives(const Para *para, const Atom *atom) {
    Ink ink;

    if ((atom->kind != ATOM_OPEN && atom->kind != ATOM_CLOSE) || atom->count != 1 ||
        atom->width < para->cell)
        return false;
    ink = font_ink(atom->glyphs);
    return ink.right - ink.left <= 0.5;
}

double atoms_width(const Para *para, size_t from, size_t to) {
    double width = 0;

    for (size_t i = from; i < to; i++)
        width += para->atoms[i].width;
    return width;
}

size_t atom_at(const Para *para, size_t at) {
    size_t i = 0;

    while (i < para->count && para->atoms[i].at + (size_t)para->atoms[i].len <= at)
        i++;
    return i;
}

static size_t trimmed(const Para *para, size_t from, size_t to) {
    while (to > from && para->atoms[to - 1].kind == ATOM_SPACE)
        to--;
    return to;
}

static size_t past_spaces(const Para *para, size_t from) {
    while (from < para->count && para->atoms[from].kind == ATOM_SPACE)
        from++;
    return from;
}

static size_t gaps(const Para *para, size_t from, size_t to) {
    size_t n = 0;

    for (size_t i = from + 1; i < to; i++)
        n += !para->atoms[i].glued;
    return n;
}

static double gives(const Para *para, size_t from, size_t to) {
    double most = 0;

    for (size_t i = from; i < to; i++)
        if (atom_gives(para, &para->atoms[i]))
            most += para->cell / 2;
    return most;
}

/* The last atom in (from, to] with which a line may begin; from: none. */
static size_t last_break(const Para *para, size_t from, size_t to, Before least) {
    while (to > from && (to == para->count || para->atoms[to].before < least))
        to--;
    return to;
}

/* Where the words that hang behind `over` end, if that is near; else `over`. */
static size_t hanging_end(const Para *para, size_t over) {
    enum { HANG_MOST = 3 };
    size_t to = over + 1;

    while (to < para->count && para->atoms[to].before != BEFORE_MAY &&
           para->atoms[to].kind != ATOM_BREAK && to - over <= HANG_MOST)
        to++;
    return to - over <= HANG_MOST ? to : over;
}

/* Pull in what may not begin a line; false: the punctuation does not give enough. */
static bool pull_in(const Para *para, size_t from, size_t over, double room, Line *line) {
    size_t to = hanging_end(para, over), end = trimmed(para, from, to);
    double excess = atoms_width(para, from, end) - room;

    if (to == over || excess > gives(para, from, end) + NEARLY)
        return false;
    line->to = to;
    line->squeeze = excess > 0 ? excess : 0;
    return true;
}

/* Where the line ends that is full before atom `over`. */
static size_t push_out(const Para *para, size_t from, size_t over, double room) {
    size_t to = last_break(para, from, over, BEFORE_MAY);
    size_t soft = last_break(para, from, over, BEFORE_SOFT), end = trimmed(para, from, to);
    double left = room - atoms_width(para, from, end);

    if (to == from)
        return soft > from ? soft : over > from ? over : from + 1;
    if (soft > to && left > TORN * para->cell * (double)gaps(para, from, end))
        return soft;
    return to;
}

static void spread(Line *line, double room) {
    size_t n = gaps(line->para, line->from, line->to);
    double left = room - line->width;

    if (n == 0 || left < NEARLY || left / (double)n > RAGGED * line->para->cell)
        return;
    line->gap = left / (double)n;
    line->width = room;
}

/* Fill one line; the atom the next one begins with. */
static size_t fill(const Para *para, size_t from, double room, bool even, Line *line) {
    size_t over = from, next;
    double width = 0;

    for (; over < para->count && para->atoms[over].kind != ATOM_BREAK; over++) {
        const Atom *atom = &para->atoms[over];

        if (atom->kind != ATOM_SPACE && width + atom->width > room + NEARLY)
            break;
        width += atom->width;
    }
    *line = (Line){.para = para, .from = from, .to = over};
    if (over == para->count || para->atoms[over].kind == ATOM_BREAK) {
        even = false;
        next = over + (over < para->count);
    } else {
        if (para->atoms[over].before == BEFORE_MAY || !pull_in(para, from, over, room, line))
            line->to = push_out(para, from, over, room);
        next = past_spaces(para, line->to);
    }
    line->to = trimmed(para, from, line->to);
    line->width = atoms_width(para, from, line->to) - line->squeeze;
    if (even)
        spread(line, room);
    return next;
}

const Line *lines_of(Layout *l, const Para *para, Shape shape, size_t *count) {
    Line *lines = NULL;
    size_t n = 0, room = 0, at = past_spaces(para, 0);

    do {
        double indent = n == 0 ? shape.first : shape.hang;

        lines = layout_grow(l->arena, lines, n, &room, sizeof *lines);
        at = fill(para, at, shape.measure - indent, shape.even, &lines[n]);
        lines[n++].indent = indent;
    } while (at < para->count);
    *count = n;
    return lines;
}

Line line_all(const Para *para) {
    size_t from = past_spaces(para, 0), to = trimmed(para, from, para->count);

    return (Line){.para = para, .from = from, .to = to, .width = atoms_width(para, from, to)};
}

void line_places(const Line *line, double *places) {
    const Para *para = line->para;
    size_t n = line->to - line->from;
    double x = 0, left = line->squeeze;

    /* From the end: what each atom gives up is kept where its place will be. */
    for (size_t i = n; i-- > 0;) {
        double take = 0;

        if (left > 0 && atom_gives(para, &para->atoms[line->from + i]))
            take = fmin(left, para->cell / 2);
        left -= take;
        places[i] = take;
    }
    for (size_t i = 0; i < n; i++) {
        const Atom *atom = &para->atoms[line->from + i];
        double take = places[i];

        if (i > 0 && !atom->glued)
            x += line->gap;
        places[i] = x;
        x += atom->width - take;
    }
    places[n] = x;
}
