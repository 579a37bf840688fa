/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/csv_guess.c: which separator a file uses: the one that divides most of its first lines into
 * the same number of cells. */
#include "data/rows_reader.h"

#include <string.h>

#include "base/banned.h"

enum { LINES_MOST = 40, CANDIDATES = 4, COUNT_MOST = 255 };

static const char candidates[CANDIDATES + 1] = ",\t;|";

typedef struct Sample {
    unsigned char counts[LINES_MOST][CANDIDATES];
    size_t lines;
} Sample;

/* Count each candidate outside quotes, line by line. A line break inside quotes does not end a
 * line, unless the quote never closes. */
static void take_sample(Str head, Sample *s) {
    bool quoted = false, at_cell_start = true, any = false;

    for (size_t i = 0; i < head.len && s->lines < LINES_MOST; i++) {
        char c = head.ptr[i];

        if (quoted) {
            quoted = c != '"';
            continue;
        }
        if (c == '\n' || c == '\r') {
            s->lines += any;
            any = false;
            at_cell_start = true;
            continue;
        }
        const char *candidate = c == '\0' ? NULL : strchr(candidates, c);

        any = true;
        if (c == '"' && at_cell_start)
            quoted = memchr(head.ptr + i + 1, '"', head.len - i - 1) != NULL;
        else if (candidate != NULL && s->counts[s->lines][candidate - candidates] < COUNT_MOST)
            s->counts[s->lines][candidate - candidates]++;
        at_cell_start = candidate != NULL;
    }
    /* The last line may be cut: it counts only when it is all there is. */
    if (any && s->lines == 0)
        s->lines = 1;
}

/* Lines that agree on the commonest number above zero, then that number. */
static size_t score(const Sample *s, int candidate) {
    size_t best = 0;

    for (size_t i = 0; i < s->lines; i++) {
        size_t count = s->counts[i][candidate], agree = 0;

        if (count == 0)
            continue;
        for (size_t j = 0; j < s->lines; j++)
            agree += s->counts[j][candidate] == count;
        if (agree * (COUNT_MOST + 1) + count > best)
            best = agree * (COUNT_MOST + 1) + count;
    }
    return best;
}

char csv_guess_separator(Str head) {
    Sample s = {0};
    size_t best = 0;
    char separator = ',';

    take_sample(head, &s);
    for (int i = 0; i < CANDIDATES; i++) {
        size_t n = score(&s, i);

        if (n > best) {
            best = n;
            separator = candidates[i];
        }
    }
    return separator;
}
