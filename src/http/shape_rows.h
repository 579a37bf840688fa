/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/shape_rows.h: short words for rows of replies. Only for the files that list shapes. */
#ifndef HTTP_SHAPE_ROWS_H
#define HTTP_SHAPE_ROWS_H

/* Rows without a struct: offsets mean nothing here. */
#define ROW(type, k, need, help, rows, names) \
    { type, k, 0, need, help, rows, 1, names, 0 }
#define TEXT(k, help) ROW(BIND_TYPE_TEXT, k, REQUIRED, help, NULL, NULL)
#define MAYBE_TEXT(k, help) ROW(BIND_TYPE_TEXT, k, OPTIONAL, help, NULL, NULL)
#define INT(k, help) ROW(BIND_TYPE_INT, k, REQUIRED, help, NULL, NULL)
#define MAYBE_INT(k, help) ROW(BIND_TYPE_INT, k, OPTIONAL, help, NULL, NULL)
#define REAL(k, help) ROW(BIND_TYPE_REAL, k, REQUIRED, help, NULL, NULL)
#define MAYBE_REAL(k, help) ROW(BIND_TYPE_REAL, k, OPTIONAL, help, NULL, NULL)
#define BOOL(k, help) ROW(BIND_TYPE_BOOL, k, REQUIRED, help, NULL, NULL)
#define MAYBE_BOOL(k, help) ROW(BIND_TYPE_BOOL, k, OPTIONAL, help, NULL, NULL)
#define DATE(k, help) ROW(BIND_TYPE_DATE, k, REQUIRED, help, NULL, NULL)
#define MAYBE_DATE(k, help) ROW(BIND_TYPE_DATE, k, OPTIONAL, help, NULL, NULL)
#define ENUM(k, names, help) ROW(BIND_TYPE_ENUM, k, REQUIRED, help, NULL, names)
#define TEXTS(k, help) ROW(BIND_TYPE_TEXTS, k, REQUIRED, help, NULL, NULL)
#define LIST(k, rows, help) ROW(BIND_TYPE_OBJECTS, k, REQUIRED, help, rows, NULL)
#define MAYBE_LIST(k, rows, help) ROW(BIND_TYPE_OBJECTS, k, OPTIONAL, help, rows, NULL)
#define OBJECT(k, rows, help) ROW(BIND_TYPE_OBJECT, k, REQUIRED, help, rows, NULL)
#define MAYBE_OBJECT(k, rows, help) ROW(BIND_TYPE_OBJECT, k, OPTIONAL, help, rows, NULL)
/* Any JSON; `ts` is its TypeScript type, kept where enums keep their names. */
#define JSON(k, need, ts, help) \
    ROW(BIND_TYPE_NODE, k, need, help, NULL, ((const BindName[]){{ts, 0, NULL}, {NULL, 0, NULL}}))

/* Lists: the total is that of the whole list, `next` the cursor of the next page. */
#define PAGE(name, rows)                                                   \
    const Bind name[] = {                                                  \
        INT("total", "items of the whole list"),                           \
        LIST("items", rows, "this page"),                                  \
        MAYBE_TEXT("next", "cursor of the next page; absent on the last"), \
        BIND_END,                                                          \
    }

#endif
