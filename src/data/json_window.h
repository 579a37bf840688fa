/* SPDX-License-Identifier: MulanPSL-2.0 */
/* data/json_window.h: a window that slides over the text of a big JSON file and stops at the list
 * of objects in it. Private to the JSON row reader. */
#ifndef DATA_JSON_WINDOW_H
#define DATA_JSON_WINDOW_H

#include "base/err.h"
#include "data/text_source.h"

typedef struct JsonWindow {
    TextSource *source;
    char *text;
    size_t at, len, cap; /* what is not consumed yet is text[at … len) */
    bool at_end;         /* of the source */
    uint64_t line;       /* at `at` */
    /* Where the objects are, once found: */
    bool lines;      /* one object after the other, not in a list */
    size_t wrappers; /* objects around the list, still open */
    bool finished;   /* the end of the list was passed */
    bool any;        /* an element was delivered */
} JsonWindow;

JsonWindow *json_window_new(int fd, Encoding encoding);
void json_window_free(JsonWindow *w);

/* Go to the first list of objects: at the top, or in the first object or the objects directly
 * inside it; or see that the file is one object after the other. ERR_INVALID when there is neither.
 */
bool json_window_find(JsonWindow *w, Err *e);

/* The text of the next element; *found is false at the end, and the rest of the file was looked at
 * then. Valid until the next call. ERR_INVALID when the file breaks off or is no JSON there. */
bool json_window_next(JsonWindow *w, Str *element, bool *found, Err *e);

#endif
