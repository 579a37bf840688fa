/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/office.h: one open installation: data folder, settings, keys, stores, content, models. */
#ifndef CLUE_OFFICE_H
#define CLUE_OFFICE_H

#include "model/model.h"
#include "pool/import.h"

/* A device that keeps signing keys (document/pkcs11.h). */
typedef struct TokenNamed {
    Str module, label;
    int64_t sm2_mechanism;
} TokenNamed;

/* Settings in DATA/settings.yaml (Bind rows; unknown keys refused). */
typedef struct Settings {
    Str operations;     /* empty: sqlite:DATA/operations.db */
    Str pool;           /* empty: duckdb:DATA/pool.duckdb */
    Str listen;         /* 127.0.0.1:8080 */
    Str key_file;       /* empty: DATA/master.key */
    int64_t memory_mib; /* DuckDB's memory limit; default 1024 */
    int64_t threads;
    Str office_name;      /* 合江县… shown on the page */
    bool demonstration;   /* the demo county: the page says so */
    Str backups;          /* folder for backups; empty: DATA/backups */
    int64_t backups_kept; /* older ones are removed; 0: all are kept */
    int64_t file_mib;     /* ceiling of a matter's file; 0: the default (flow/file.h) */
    /* Signing in (people/policy.h says what is allowed); 0: the default. */
    int64_t idle_minutes, session_hours, password_days;
    /* Families of fonts for documents, by role, before those the program knows. */
    struct SettingsFonts {
        Str body, title, black, regular, song, bold;
    } fonts;
    TokenNamed token;
    int second_factor; /* who must have one, see second_factor_names; 0: administrators, but in a
                          demonstration nobody */
} Settings;
extern const BindName second_factor_names[];

typedef struct Office {
    Arena *arena;
    Str folder;
    Settings settings;
    Str key_path;
    Keys *keys;
    Store *store;
    Pool *pool;
    Importer *importer;
    /* The current snapshot: take it with office_content / office_models, which hold it. */
    struct OfficePrivate *private_;
} Office;

/* Make a new data folder: settings, key, stores, first account; *password gets the random first
 * password (shown once). */
bool office_create(const char *folder, const Settings *settings, char password[32], Err *e);
/* Open and lock the folder (one process). ERR_BUSY: a server holds it; ERR_NOT_FOUND: not a data
 * folder, says to run init; ERR_KEY, ERR_NEWER, ERR_UNREACHABLE, ERR_DISK, ERR_CONTENT each with
 * what to do. Sweeps unfinished batches. */
Office *office_open(const char *folder, Err *e);
void office_close(Office *o);

typedef struct Snapshot { /* content and its models, held together */
    Content *content;
    Models *models;
} Snapshot;
Snapshot *office_snapshot(Office *o); /* hold */
void snapshot_drop(Snapshot *s);
/* One set of model runs at a time: a run that looked at older rows must not be recorded after one
 * that saw newer. */
void office_run_begin(Office *o);
void office_run_end(Office *o);
bool office_reload(Office *o, Err *e); /* keeps the old one on failure */

/* Work on the whole installation, one at a time: ERR_BUSY says what is under way. */
typedef enum Upkeep { UPKEEP_NONE, UPKEEP_BACKUP, UPKEEP_ROTATE } Upkeep;
bool office_upkeep_begin(Office *o, Upkeep what, Err *e);
void office_upkeep_end(Office *o);
Upkeep office_upkeep(Office *o);

#endif
