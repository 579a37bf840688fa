/* SPDX-License-Identifier: MulanPSL-2.0 */
/* base/arena.h: memory that is freed all at once; one arena per request, job and test. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

/* Not thread-safe: an arena belongs to one thread at a time. Out of memory ends the process. */
typedef struct Arena Arena;

Arena *arena_new(void);

/* Run the deferred calls, newest first, and free everything. NULL is fine. */
void arena_free(Arena *a);

/* As arena_free, but the arena stays usable. */
void arena_reset(Arena *a);

/* Zeroed memory, aligned for any type. A size of 0 gives a valid pointer. */
void *arena_alloc(Arena *a, size_t size);

/* Zeroed memory for n objects of `size` bytes; an overflowing product is a bug (assert). */
void *arena_array(Arena *a, size_t n, size_t size);

/* Call fn(object) when the arena is freed or reset: for foreign objects (json_t, FILE, statements).
 */
void arena_defer(Arena *a, void (*fn)(void *), void *object);

/* Bytes handed out so far. */
size_t arena_used(const Arena *a);

#define arena_new_of(a, T) ((T *)arena_alloc((a), sizeof(T)))
#define arena_array_of(a, n, T) ((T *)arena_array((a), (n), sizeof(T)))

/* `scoped_arena Arena *a = arena_new();` is freed when the block ends. */
void arena_cleanup(Arena **a);
#define scoped_arena __attribute__((cleanup(arena_cleanup)))

#endif
