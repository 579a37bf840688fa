/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tests/rights_stage.h: an office that serves, with people and rows, for tests of rights. Whatever
 * goes wrong in setting it up ends the program; what a test finds wrong is said and counted. */
#ifndef TESTS_RIGHTS_STAGE_H
#define TESTS_RIGHTS_STAGE_H

#include <stdio.h>

#include "client.h"
#include "clue/office.h"
#include "http/server.h"
#include "people/organisation.h"
#include "people/rights.h"
#include "store/testing.h"

enum { PEOPLE_MOST = 100 };

typedef struct Person {
    char login[40];
    const Role *role;
    Str cookie, csrf;
} Person;

typedef struct Stage {
    TestPlace place;
    Office *office;
    Server *server;
    Snapshot *snapshot;
    Arena *arena;
    Person people[PEOPLE_MOST];
    size_t count;
    size_t mistakes;
} Stage;

#define WRONG(s, ...) ((s)->mistakes++, printf("not ok " __VA_ARGS__), printf("\n"))

/* False where there is no PostgreSQL. `roles`, when not NULL, is a role file of the office's own.
 * The stage begins with zeros. */
bool stage_open(Stage *s, bool postgresql, const char *roles);
void stage_close(Stage *s);
void must(bool good, const Err *e);
double seconds_now(void);

/* People are signed in as they are made. `role` NULL: without a post. */
Person *person(Stage *s, const char *login, const char *role, int64_t organisation,
               int64_t *appointment);
int64_t appoint(Stage *s, const char *login, Str role, int64_t organisation, Instant until);
int64_t organisation(Stage *s, Str kind, const char *name);
/* A clue whose title, name and subject key end in its id. */
void add_clue(Stage *s, const char *id, int64_t owner, int sealed);
/* One batch of one row with a name, brought by an organisation. */
int64_t import_row(Stage *s, int64_t owner, const char *name, const char *number);

/* The status, 0 when the connection broke. */
int ask(const Stage *s, const Person *p, const char *method, Str path, Str body, Arena *a,
        Reply *reply);
int get(const Stage *s, const Person *p, const char *path, Arena *a, const Node **json);
/* `total` of a list; another status than 200 as a negative number. */
int64_t total_of(Stage *s, const Person *p, const char *path);
void expect_total(Stage *s, const Person *p, const char *path, int64_t want);
/* Does the answer have these words? */
bool says(Stage *s, const Person *p, const char *path, const char *words);

/* For store_write: an event about clue …02 with the text `context` in it. */
bool append_mark(Tx *tx, void *context, Err *e);
int open_stream(const Stage *s, const Person *p, Buf *heard);
/* How long a page goes on answering 200, at most five seconds. */
double until_gone(Stage *s, const Person *p, const char *path);

#endif
