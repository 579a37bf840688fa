/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cli.h: what a subcommand gets: its words and options, the open office, and where to write.
 */
#ifndef MAIN_CLI_H
#define MAIN_CLI_H

#include <stdatomic.h>
#include <stdio.h>

#include "clue/clue.h"

/* What must be there before a command runs. */
typedef enum CliNeeds {
    NEEDS_NOTHING, /* opens what it wants by itself */
    NEEDS_CONTENT, /* content and models; the data folder need not exist */
    NEEDS_OFFICE,  /* the data folder, here or in the server that holds it */
} CliNeeds;

typedef struct CliOption {
    const char *name;  /* "--records"; NULL ends */
    const char *value; /* Chinese name of its value; NULL: a switch */
} CliOption;

enum { CLI_WORDS = 8, CLI_OPTIONS = 12 };

typedef struct Cli {
    Arena *arena;
    const char *data; /* data folder, absolute */
    const char *cwd;  /* of the person, who may be in another process */
    bool json;
    Str words[CLI_WORDS]; /* after the command's own */
    size_t word_count;
    const CliOption *options;
    Str values[CLI_OPTIONS]; /* by option; a switch that was given has "1" */
    FILE *out, *err;
    int in;              /* descriptor of standard input */
    atomic_bool *cancel; /* ctrl-C */
    Office *office;      /* NEEDS_OFFICE */
    Content *content;    /* NEEDS_CONTENT and NEEDS_OFFICE */
    Models *models;
    Str actor; /* for the journal: the name of the user of this machine */
} Cli;

typedef bool CliRun(Cli *c, Err *e);

typedef struct Command {
    const char *words; /* "model run"; NULL ends */
    const char *usage; /* what follows */
    const char *help;  /* Chinese, one line */
    CliNeeds needs;
    size_t least, most; /* words after the command's own */
    CliOption options[CLI_OPTIONS];
    CliRun *run;
} Command;

extern const Command commands[];

/* Run the words of a command line (without the program's name); the exit status. `office` is the
 * open one inside a server, NULL elsewhere. Errors go to `err`. */
typedef struct CliPlace {
    const char *cwd;
    FILE *out, *err;
    int in;
    atomic_bool *cancel;
    Office *office;
    Str actor;
} CliPlace;
int cli_run(const CliPlace *place, int argc, char **argv);

/* A path as the person meant it. */
const char *cli_path(const Cli *c, Str path);
/* Value of an option, empty when not given. Asking for an option the command does not have is a
 * bug. */
Str cli_option(const Cli *c, const char *name);
bool cli_switch(const Cli *c, const char *name);
/* A whole number within bounds, or `otherwise` when not given. */
bool cli_number(const Cli *c, const char *name, int64_t least, int64_t most, int64_t otherwise,
                int64_t *out, Err *e);
/* One JSON object and a line end. */
void cli_json(const Cli *c, const Node *n);
bool cli_cancelled(const Cli *c);

CliRun cmd_init, cmd_serve, cmd_demo, cmd_synth, cmd_settings, cmd_help;
CliRun cmd_dataset_list, cmd_dataset_show, cmd_dataset_reseal, cmd_import;
CliRun cmd_model_list, cmd_model_check, cmd_model_test, cmd_model_run, cmd_model_explain;
CliRun cmd_clue_list, cmd_clue_show;
CliRun cmd_flow_list, cmd_flow_show, cmd_flow_check, cmd_flow_test;
CliRun cmd_document_verify;
CliRun cmd_document_types, cmd_document_template, cmd_document_check, cmd_document_fill;
CliRun cmd_document_list, cmd_document_draft, cmd_document_show, cmd_document_number_check;
CliRun cmd_matter_list, cmd_matter_show, cmd_matter_act, cmd_matter_clocks;
CliRun cmd_journal_verify, cmd_journal_rebuild, cmd_content_check;
CliRun cmd_journal_search, cmd_journal_export, cmd_audit_who, cmd_retention_list,
    cmd_retention_destroy;
CliRun cmd_law_import, cmd_law_list, cmd_law_show, cmd_law_search, cmd_law_check;
CliRun cmd_period_list, cmd_period_explain;
CliRun cmd_key_status, cmd_key_rotate;
CliRun cmd_backup, cmd_backup_list, cmd_backup_verify, cmd_restore;
CliRun cmd_org_list, cmd_org_add, cmd_org_change, cmd_org_end, cmd_org_import, cmd_org_export;
CliRun cmd_user_import, cmd_user_export, cmd_draw_verify;
CliRun cmd_user_list, cmd_user_add, cmd_user_password, cmd_user_disable, cmd_user_enable;
CliRun cmd_user_reset_totp, cmd_user_sessions;

/* cmd_import.c, for `import` and `demo`: with progress on a terminal. */
bool cli_import(Cli *c, const Dataset *d, const char *path, Str file_name, ImportResult *out,
                Err *e);
/* cmd_model.c, for `model run`, `import --run` and `demo`. out[] takes n results; `run` is 0 in
 * those that were not recorded. */
bool cli_run_models(Cli *c, const Model *const *models, size_t n, bool incremental, RunResult *out,
                    Err *e);
/* The models that read the dataset, about what changed; each is shown. */
bool cli_run_affected(Cli *c, const Dataset *d, Err *e);

#endif
