/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/content.h: law as data, loaded into one immutable snapshot.
 *
 * The program carries its content inside (embedded at build time from content/). A file of the same
 * relative path in the overlay folder (DATA/content) replaces it, further files there are added. */
#ifndef CONTENT_CONTENT_H
#define CONTENT_CONTENT_H

#include <stdarg.h>

#include "base/amount.h"
#include "base/crypto.h"
#include "base/day.h"
#include "data/bind.h"

typedef enum FieldType {
    FIELD_TEXT,
    FIELD_DATE,
    FIELD_TIME,   /* instant to the second, stored as TIMESTAMP without zone, China time */
    FIELD_MONEY,  /* `unit` 元 or 万元 for bare numbers; stored as ten-thousandths of a 元 */
    FIELD_NUMBER, /* double */
    FIELD_INTEGER,
    FIELD_AREA,       /* `unit` 平方米, 亩, 公顷; stored in square metres */
    FIELD_CITIZEN_ID, /* always sensitive */
    FIELD_CREDIT_CODE,
    FIELD_DIVISION, /* GB/T 2260 */
    FIELD_CODE, /* from a code table (`codes`); stored as the entry's title, the canonical word */
    FIELD_PLATE,
    FIELD_PHONE,
    FIELD_DOCUMENT_NUMBER, /* case and document numbers, normalised for matching */
} FieldType;

extern const BindName field_type_names[];

typedef struct Basis {
    Str law, article, note;
    Str status;  /* verified, verified-web, unverified: as in law-facts */
    bool review; /* to be confirmed by a lawyer before it counts as settled */
    Day in_force_from, in_force_to;
} Basis;

extern const Bind basis_rows[]; /* how a Basis is written in content files */

typedef struct Field {
    Str field, title, code, note;
    int type; /* FieldType */
    bool required, sensitive;
    bool many; /* FIELD_CODE: several entries in one cell, divided by ; ； 、 or blanks; stored as
                  "警告;罚款" */
    bool lenient; /* citizen_id: numbers of other documents (passports …) are accepted too, as not
                     valid */
    Str unit, codes; /* unit of bare numbers: 元, 万元; 平方米, 亩, 公顷. A date with unit 月 is a
                        month: its first day */
    BindList aliases; /* of Str */
    Str least, most;  /* plausible range as text in the field's type; outside: accepted and counted
                         "out of range" */
    int64_t length;   /* ceiling in characters; 0: 2000 */
    size_t index;     /* position in the dataset */
    /* Worked out by the loader, for field_normalise. A Field made by hand may leave them zero. */
    const struct CodeTable *table; /* of `codes` */
    bool has_least, has_most, most_today;
    int64_t least_integer,
        most_integer;             /* `least` and `most` as dates (days), integers and money */
    double least_real, most_real; /* … as numbers and areas */
} Field;

typedef enum SubjectKind {
    SUBJECT_PERSON,
    SUBJECT_ORGANISATION,
    SUBJECT_VEHICLE,
    SUBJECT_LICENCE,
    SUBJECT_PLACE,
    SUBJECT_CASE,
} SubjectKind;
#define SUBJECT_KINDS 6
extern const BindName
    subject_kind_names[]; /* person, organisation, vehicle, licence, place, case */

/* Which columns speak of which subject. `key` is a field; its pool column is <key>__key. For
 * persons without a whole number weak keys come from name + birth (field `birth` or the number's),
 * name + division, name + last digits; for organisations without a code: the normalised name. */
typedef struct Subject {
    int kind; /* SubjectKind */
    Str key, name, birth, division;
    const Field *key_field, *name_field, *birth_field, *division_field;
} Subject;

/* What a sealing rule asks of one field. The filled ones must all hold. */
typedef struct SealTest {
    Str field;
    BindList in;       /* of Str: one of these */
    BindList contains; /* of Str: holds one of these */
    bool empty;        /* nothing is filled in */
    int64_t above;     /* numbers: more than this; 0: not asked */
    const Field *is;
} SealTest;

/* Rows that the law seals (docs/decisions/0010-sealed-records.md). All parts must hold: the person
 * was under age on the first filled day of `on` (no day known: sealed to be safe), every test of
 * `when`, and no test of `unless`. */
typedef struct Sealing {
    Str rule, title;
    Str minor;             /* person's number or birth date; empty: age does not matter */
    Str birth;             /* date field used where the number gives none */
    BindList on;           /* of Str: date fields, the day of the fact first */
    BindList when, unless; /* of SealTest */
    BindList basis;
    bool review;
    const Field *minor_field, *birth_field;
    const Field **on_fields;
} Sealing;
#define dataset_sealing(d) ((const Sealing *)(d)->sealing.items)

typedef struct Dataset {
    Str dataset, title, note, agency, group; /* group: heading on the pool page */
    BindList basis;                          /* of Basis */
    BindList fields;                         /* of Field */
    BindList subjects;                       /* of Subject */
    BindList identity;                       /* of Str: fields that make two rows the same row */
    BindList suppliers; /* of Str: kinds of organisation that hand it in, the usual one first */
    BindList sealing;   /* of Sealing: the first rule that holds seals the row */
    bool review;
    const Node *cases; /* rows in, verdicts out: run by `content check` */
    const char *file;
    Str version; /* first 12 hex digits of the file's SM3 */
} Dataset;

const Field *dataset_field(const Dataset *d, Str name); /* NULL when unknown */
const Subject *dataset_subject_of(const Dataset *d, Str key_field);
#define dataset_fields(d) ((const Field *)(d)->fields.items)
#define dataset_subjects(d) ((const Subject *)(d)->subjects.items)

/* One row of a code table. `values` carries further columns (thresholds: money, number, text). */
typedef struct CodeEntry {
    Str code, title;
    BindList aliases; /* of Str */
    const Node *values;
    Day in_force_from, in_force_to;
    bool review;
} CodeEntry;

typedef struct CodeTable {
    Str codes, title;
    BindList basis;
    BindList columns; /* of CodeColumn: the typed further columns */
    BindList entries; /* of CodeEntry */
    bool open;        /* other texts are allowed (kept as they are) */
    bool review;
    Str suffix; /* titles and aliases may leave this off: 罪 */
    const char *file;
    const struct Index *index; /* of code_table_find */
    size_t longest;            /* bytes of its longest key */
} CodeTable;

typedef struct CodeColumn {
    Str column, title, unit;
    int type; /* FieldType: text, money, number, integer, date */
} CodeColumn;

/* By code, title or alias; blanks, full width and case don't matter. */
const CodeEntry *code_table_find(const CodeTable *t, Str text);
/* The entry whose code, title or alias looks most like the text, or NULL when none is near. */
const CodeEntry *code_table_nearest(const CodeTable *t, Str text);

typedef enum PeriodUnit {
    PERIOD_HOUR,
    PERIOD_DAY,
    PERIOD_WORKDAY,
    PERIOD_MONTH,
    PERIOD_YEAR
} PeriodUnit;
typedef enum PeriodRoll { ROLL_NONE, ROLL_WORKDAY, ROLL_CUSTODY } PeriodRoll;

extern const BindName period_unit_names[], period_roll_names[];

/* One version of a period: several may share an id, in force at different times. What the lists
 * hold, and how the end is worked out: period.h. */
typedef struct Period {
    Str period, title, starts, lapse, note; /* trigger and consequence in words */
    int64_t count;
    int unit, roll;
    int counting; /* PeriodCounting */
    int on_lapse; /* PeriodAction */
    bool adjustable;
    BindList warnings, suspends, extensions;
    BindList stricter_of; /* of Str: two other periods, of which the earlier end counts; then count,
                             unit and roll mean nothing */
    BindList basis;
    bool review;
    Day in_force_from, in_force_to;
    struct Period *older; /* the version before it */
} Period;

typedef struct Content Content; /* reference-counted; safe to share between threads */

/* `overlay` may be NULL. Every mistake is ERR_CONTENT with file:line:column. */
Content *content_load(const char *overlay, Err *e);
Content *content_hold(Content *c);
void content_drop(Content *c);
Str content_version(const Content *c); /* 12 hex digits of the SM3 over all files */

size_t content_dataset_count(const Content *c);
const Dataset *content_dataset_at(const Content *c, size_t i); /* in file-name order */
/* ERR_NOT_FOUND names the nearest known id. */
const Dataset *content_dataset(const Content *c, Str id, Err *e);
const CodeTable *content_codes(const Content *c, Str id, Err *e);
size_t content_codes_count(const Content *c);
const CodeTable *content_codes_at(const Content *c, size_t i);
const Period *content_period(const Content *c, Str id, Err *e); /* its last version */
size_t content_period_count(const Content *c);
const Period *content_period_at(const Content *c, size_t i);

/* A file of content/ by folder ("models"), as text and tree. */
typedef struct ContentFile {
    const char *path; /* "content/models/overdue_reply.yaml" */
    Str text;
    const Node *tree;
    Str version;
} ContentFile;
size_t content_files(const Content *c, const char *folder, const ContentFile **out);

/* Calendar: State Council holidays and make-up workdays. Years without a notice: Saturdays and
 * Sundays only, and `known` false. `known` may be NULL. */
bool calendar_workday(const Content *c, Day d, bool *known);
Str calendar_holiday(const Content *c, Day d); /* its name, or empty */
Day calendar_roll(const Content *c, Day d);    /* d itself or the next workday */
Day calendar_add_workdays(const Content *c, Day d, int64_t n);
/* The last day of a period begun on `from` (Civil Code art. 201-203: the day itself does not
 * count), by this version, where nothing is known but the day. The whole: period.h. */
Day period_due(const Content *c, const Period *p, Day from);
/* "why this day": a Chinese sentence with trigger, count, roll and basis. */
void period_explain(const Content *c, const Period *p, Day from, Buf *out);

/* GB/T 2260, versions by year; retired codes are known with their dates. */
typedef struct Division {
    char code[7];
    Str name;      /* "江阳区" */
    Str full_name; /* "四川省泸州市江阳区" */
    int from_year,
        to_year; /* first and last year listed; from 0: earlier than known, to 0: in force */
} Division;
/* In force on the day (DAY_NONE: ever, the newest name), or NULL. */
const Division *content_division(const Content *c, Str code, Day at);
size_t content_divisions(const Content *c, const Division **out); /* all, by code and year */

/* Run everything content can check about itself (loaders, cases of datasets); models add their own
 * in model/. */
bool content_check(const Content *c, Buf *report, Err *e);

/* Adds to the report that a case did not hold: where it stands, whose it is, its title, and what
 * was wrong. Always false. */
bool content_case_fails(Buf *report, const Node *at, Str of, Str title, const char *format,
                        va_list args) __attribute__((format(printf, 5, 0)));

#endif
