/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/arena.c: a list of blocks, bumped; large objects get a block of their own. */
#include "base/arena.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 20 };

typedef struct Block {
    struct Block *next;
    size_t size; /* of data */
    size_t used;
    _Alignas(16) unsigned char data[];
} Block;

typedef struct Deferred {
    struct Deferred *next;
    void (*fn)(void *);
    void *object;
} Deferred;

struct Arena {
    Block *blocks; /* newest first; allocation happens in the first one */
    Deferred *deferred;
    size_t used;
    size_t next_size;
};

static void *must(void *p) {
    if (!p) {
        fputs("lianheng: 内存不足，程序退出\n", stderr);
        abort();
    }
    return p;
}

Arena *arena_new(void) {
    Arena *a = must(calloc(1, sizeof *a));

    a->next_size = FIRST_BLOCK;
    return a;
}

void arena_reset(Arena *a) {
    /* A deferred call may itself defer; take them one by one. */
    while (a->deferred) {
        Deferred *d = a->deferred;

        a->deferred = d->next;
        d->fn(d->object);
    }
    for (Block *b = a->blocks, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    a->blocks = NULL;
    a->used = 0;
    a->next_size = FIRST_BLOCK;
}

void arena_free(Arena *a) {
    if (!a)
        return;
    arena_reset(a);
    free(a);
}

void arena_cleanup(Arena **a) {
    arena_free(*a);
}

static Block *block_new(size_t size) {
    Block *b = must(malloc(sizeof *b + size));

    *b = (Block){.size = size};
    return b;
}

/* Zeroed as it is handed out: the rest of a block is never touched. */
static void *zeroed(void *p, size_t size) {
    return memset(p, 0, size);
}

void *arena_alloc(Arena *a, size_t size) {
    assert(size <= SIZE_MAX / 2);
    size_t need = (size + 15) & ~(size_t)15;
    Block *b = a->blocks;

    if (need == 0)
        need = 16;
    a->used += need;
    if (b && b->size - b->used >= need) {
        void *p = b->data + b->used;

        b->used += need;
        return zeroed(p, need);
    }
    if (need > a->next_size / 2 && b) {
        /* A large object goes behind the current block, whose rest stays usable. */
        Block *own = must(calloc(1, sizeof *own + need)); /* fresh pages are zero already */

        own->size = own->used = need;
        own->next = b->next;
        b->next = own;
        return own->data;
    }
    while (a->next_size < need)
        a->next_size *= 2;
    b = block_new(a->next_size);
    if (a->next_size < LARGEST_BLOCK)
        a->next_size *= 2;
    b->next = a->blocks;
    a->blocks = b;
    b->used = need;
    return zeroed(b->data, need);
}

void *arena_array(Arena *a, size_t n, size_t size) {
    assert(size == 0 || n <= SIZE_MAX / 2 / size);
    return arena_alloc(a, n * size);
}

void arena_defer(Arena *a, void (*fn)(void *), void *object) {
    Deferred *d = arena_new_of(a, Deferred);

    d->fn = fn;
    d->object = object;
    d->next = a->deferred;
    a->deferred = d;
}

size_t arena_used(const Arena *a) {
    return a->used;
}
