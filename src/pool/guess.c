/* SPDX-License-Identifier: MulanPSL-2.0 */
/* pool/guess.c: every dataset looks at the first rows of the file; the one that finds most of
 * itself wins. */
#include "pool/guess.h"

#include <stdlib.h>

#include "pool/header.h"

enum { SERVED_LEAST = 2 };

/* The best line decides: titles above the header serve no field. */
static double score_of(const Dataset *d, const RowBlock *block, Str *titles) {
    const RowOfCells *rows = row_block_rows(block);
    double best = 0;

    for (size_t i = 0; i < row_block_count(block) && i < HEADER_LINES; i++) {
        for (size_t k = 0; k < rows[i].count; k++)
            titles[k] = str_trim(rows[i].cells[k].text);
        size_t served = header_score(d, titles, rows[i].count);
        double score = 2.0 * (double)served / (double)(rows[i].count + d->fields.count);

        if (served >= SERVED_LEAST && score > best)
            best = score;
    }
    return best;
}

static int by_score(const void *x, const void *y) {
    double a = ((const ImportGuess *)x)->score, b = ((const ImportGuess *)y)->score;

    return a < b ? 1 : a > b ? -1 : 0;
}

static size_t widest(const RowBlock *block) {
    size_t most = 0;

    for (size_t i = 0; i < row_block_count(block); i++)
        if (row_block_rows(block)[i].count > most)
            most = row_block_rows(block)[i].count;
    return most;
}

bool import_guess(const Content *c, const char *path, const RowsOptions *options, size_t most,
                  Arena *a, ImportGuess **out, size_t *count, Err *e) {
    size_t datasets = content_dataset_count(c), n = 0;
    Rows *rows = rows_open(path, options, e);
    RowBlock *block = row_block_new(HEADER_LINES);
    bool good = rows != NULL && rows_next(rows, block, e);

    if (good) {
        ImportGuess *guesses = arena_array_of(a, datasets, ImportGuess);
        Str *titles = arena_array_of(a, widest(block), Str);

        for (size_t i = 0; i < datasets; i++) {
            const Dataset *d = content_dataset_at(c, i);
            double score = score_of(d, block, titles);

            if (score > 0)
                guesses[n++] = (ImportGuess){d, score};
        }
        qsort(guesses, n, sizeof *guesses, by_score);
        *out = guesses;
        *count = n < most ? n : most;
    }
    row_block_free(block);
    rows_close(rows);
    return good;
}
