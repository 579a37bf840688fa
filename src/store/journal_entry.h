/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/journal_entry.h: one row of the journal, its hash and its keyed values. Inside store/. */
#ifndef STORE_JOURNAL_ENTRY_H
#define STORE_JOURNAL_ENTRY_H

#include "base/keyring.h"
#include "store/inside.h"

/* One generation of the master key (base/keyring.h), as the journal needs it. */
typedef struct JournalGeneration {
    int64_t number;
    bool chain_known, matter_known; /* a retired generation proves entries but opens nothing */
    unsigned char chain[KEY_SIZE];
    unsigned char matter[KEY_SIZE];
} JournalGeneration;

typedef struct JournalKeys {
    struct JournalKeys *older; /* what was in use before: readers may still look at it */
    char fingerprint[17];
    int64_t newest, in_use;
    unsigned char words[KEY_SIZE]; /* lasts: for columns in which words are looked for */
    JournalGeneration generations[KEYS_GENERATIONS + 1]; /* by number */
} JournalKeys;

/* NULL when the key file does not have it (whole). */
const JournalGeneration *journal_generation_of(const JournalKeys *keys, int64_t number);
/* Puts ERR_KEY and what to do about it. */
bool generation_missing(const JournalKeys *keys, int64_t number, Err *e);
/* Can these keys open what lies under this generation, and do they go on with it? Asks the source
 * of keys first. */
bool keys_reach(Store *s, int64_t generation, Err *e);

typedef struct Entry {
    int64_t sequence;
    Str at, actor, organisation, kind, subject, body, secret;
    bool has_secret;
    Str hash, mac; /* as stored */
} Entry;

Entry entry_of(const Node *row);
void entry_hash(const unsigned char previous[SM3_SIZE], const Entry *entry,
                unsigned char out[SM3_SIZE]);
/* The keyed values; no keys, or not this generation's, give the empty text. */
Str entry_mac(const JournalKeys *keys, int64_t generation, int64_t sequence,
              const unsigned char hash[SM3_SIZE], unsigned char out[SM3_SIZE]);
Str head_mac(const JournalKeys *keys, const Head *head, unsigned char out[SM3_SIZE]);

/* The generation that goes on after this entry: that of a "key.rotated", else `before`. */
int64_t generation_after(const Entry *entry, int64_t before);

/* Read the head and check it against the keys in use. All zeroes before the first entry. */
bool head_read(Tx *tx, Head *out, Err *e);
bool head_write(Tx *tx, const Head *head, Err *e);
/* The chain's end into tx->chain, checked, unless it is there. */
bool chain_load(Tx *tx, Err *e);

/* The key of one subject, and the sequence at which it was made. */
typedef struct MatterKey {
    int64_t born;
    unsigned char key[KEY_SIZE];
} MatterKey;
/* What wraps subjects' keys in this generation; NULL when the key file no longer has it. */
Sealer *key_wrapper(Store *s, int64_t generation, Err *e);
/* Of a row of matter_key. */
bool key_unwrap(Sealer *wrapper, Str subject, const Node *row, MatterKey *out, Err *e);
/* False only on failure; *found tells whether there is a key. */
bool key_find(Tx *tx, Str subject, MatterKey *out, bool *found, Err *e);
bool key_make(Tx *tx, Str subject, int64_t sequence, MatterKey *out, Err *e);

/* Seal the secret part under its subject's key, which is made when missing. */
bool secret_seal(Tx *tx, Str subject, int64_t sequence, const Node *secret, Buf *out, Err *e);
/* Read it again. *out is NULL when there was none or its key was destroyed. */
bool secret_unseal(Tx *tx, Arena *a, const Entry *entry, const Node **out, Err *e);

/* The event that an entry records. */
bool event_of(Tx *tx, Arena *a, const Entry *entry, Event *out, Err *e);

/* Run the projections registered for its kind. ERR_INTERNAL when the kind is not registered. */
bool project(Tx *tx, const Event *event, Err *e);
bool kind_known(Str kind);
/* Is nothing left of the chain although tables projected from it hold rows? Ask when there is no
 * head: a new database answers no. */
bool chain_emptied(Tx *tx, bool *emptied, Err *e);
/* Does the journal begin with 1 and end where and as its head says? ERR_BROKEN when not: entries
 * were removed, added or all wiped outside the program. What lies between is journal_verify's. */
bool chain_ends_fit(Tx *tx, const Head *head, Err *e);
/* Check the whole chain as this write transaction sees it. ERR_BROKEN when it is not whole. */
bool chain_whole(Tx *tx, Err *e);
/* Registered tables in order; *count of them. */
const char *const *projected_tables(size_t *count);

#endif
