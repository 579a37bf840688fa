/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cli.c: from the words of a command line to the function that runs, here or in the server. */
#include "main/cli.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "main/control.h"

/* Options every command has. */
typedef struct Global {
    const char *data; /* as written, or NULL */
    bool json, help;
} Global;

/* --- words ------------------------------------------------------------------------------------ */

static size_t words_of(const char *words, int argc, char **argv) {
    Str rest = str_of(words), word;
    size_t n = 0;

    while (str_split(&rest, ' ', &word)) {
        if (n >= (size_t)argc || !str_is(word, argv[n]))
            return 0;
        n++;
    }
    return n;
}

/* The command whose words begin the line; *used is how many they are. */
static const Command *find_command(int argc, char **argv, size_t *used) {
    for (const Command *c = commands; c->words != NULL; c++) {
        *used = words_of(c->words, argc, argv);
        if (*used != 0)
            return c;
    }
    return NULL;
}

static bool unknown_command(int argc, char **argv, Err *e) {
    Str typed = str_of(argc > 0 ? argv[0] : "");
    const char *nearest = NULL;
    size_t best = 3;

    for (const Command *c = commands; c->words != NULL; c++) {
        Str rest = str_of(c->words), first;
        size_t d;

        str_split(&rest, ' ', &first);
        if (str_eq(first, typed) && rest.len != 0)
            return err_set(e, ERR_USAGE, NULL,
                           "命令 %.*s 后面还要写做什么，运行 lianheng help 查看", STR_ARG(typed));
        d = str_distance(typed, first, best);
        if (d < best) {
            best = d;
            nearest = c->words;
        }
    }
    if (nearest != NULL)
        return err_set(e, ERR_USAGE, NULL, "没有命令“%.*s”，是不是想写“%s”", STR_ARG(typed),
                       nearest);
    return err_set(e, ERR_USAGE, NULL, "没有命令“%.*s”，运行 lianheng help 查看全部命令",
                   STR_ARG(typed));
}

/* --- options ---------------------------------------------------------------------------------- */

/* Take --data, --json and --help out, wherever they stand. */
static bool take_global(int *argc, char **argv, Global *g, Err *e) {
    int kept = 0;

    for (int i = 0; i < *argc; i++) {
        if (strcmp(argv[i], "--data") == 0) {
            if (i + 1 == *argc)
                return err_set(e, ERR_USAGE, NULL, "--data 后面缺少数据目录");
            g->data = argv[++i];
        } else if (strncmp(argv[i], "--data=", 7) == 0) {
            g->data = argv[i] + 7;
        } else if (strcmp(argv[i], "--json") == 0) {
            g->json = true;
        } else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            g->help = true;
        } else {
            argv[kept++] = argv[i];
        }
    }
    *argc = kept;
    return true;
}

static int option_index(const CliOption *options, Str name) {
    for (int i = 0; i < CLI_OPTIONS && options[i].name != NULL; i++)
        if (str_is(name, options[i].name))
            return i;
    return -1;
}

static bool read_option(Cli *c, const Command *command, int argc, char **argv, int *i, Err *e) {
    Str whole = str_of(argv[*i]), name = whole, value = {NULL, 0};
    ptrdiff_t equals = str_find(whole, STR("="));

    if (equals > 0) {
        name = str_slice(whole, 0, (size_t)equals);
        value = str_slice(whole, (size_t)equals + 1, whole.len);
    }
    int at = option_index(command->options, name);

    if (at < 0)
        return err_set(e, ERR_USAGE, NULL, "命令 %s 没有选项 %.*s，用法：lianheng %s %s",
                       command->words, STR_ARG(name), command->words, command->usage);
    if (command->options[at].value == NULL) {
        c->values[at] = STR("1");
        return true;
    }
    if (equals < 0) {
        if (*i + 1 >= argc)
            return err_set(e, ERR_USAGE, NULL, "%.*s 后面缺少%s", STR_ARG(name),
                           command->options[at].value);
        value = str_of(argv[++*i]);
    }
    c->values[at] = str_dup(c->arena, value);
    return true;
}

static bool read_words(Cli *c, const Command *command, int argc, char **argv, Err *e) {
    bool plain = false; /* after "--" everything is a word */

    for (int i = 0; i < argc; i++) {
        if (!plain && strcmp(argv[i], "--") == 0) {
            plain = true;
        } else if (!plain && argv[i][0] == '-' && argv[i][1] != '\0') {
            if (!read_option(c, command, argc, argv, &i, e))
                return false;
        } else if (c->word_count == command->most) {
            return err_set(e, ERR_USAGE, NULL, "多了“%s”，用法：lianheng %s %s", argv[i],
                           command->words, command->usage);
        } else {
            c->words[c->word_count++] = str_dup(c->arena, str_of(argv[i]));
        }
    }
    return c->word_count >= command->least ||
           err_set(e, ERR_USAGE, NULL, "还缺内容，用法：lianheng %s %s", command->words,
                   command->usage);
}

Str cli_option(const Cli *c, const char *name) {
    int at = option_index(c->options, str_of(name));

    return at < 0 ? (Str){NULL, 0} : c->values[at];
}

bool cli_switch(const Cli *c, const char *name) {
    return cli_option(c, name).len != 0;
}

bool cli_number(const Cli *c, const char *name, int64_t least, int64_t most, int64_t otherwise,
                int64_t *out, Err *e) {
    Str text = cli_option(c, name);

    *out = otherwise;
    if (text.len == 0)
        return true;
    if (!str_to_int(text, out) || *out < least || *out > most)
        return err_set(e, ERR_USAGE, NULL, "%s 应当是 %lld 到 %lld 之间的整数，不能是“%.*s”", name,
                       (long long)least, (long long)most, STR_ARG(text));
    return true;
}

/* --- surroundings ----------------------------------------------------------------------------- */

static Str absolute(Arena *a, const char *cwd, Str path) {
    return path.len != 0 && path.ptr[0] == '/' ? str_dup(a, path)
                                               : str_format(a, "%s/%.*s", cwd, STR_ARG(path));
}

const char *cli_path(const Cli *c, Str path) {
    return absolute(c->arena, c->cwd, path).ptr;
}

void cli_json(const Cli *c, const Node *n) {
    scoped_buf Buf text;

    buf_init(&text, (size_t)64 << 20);
    json_write(n, &text);
    fprintf(c->out, "%.*s\n", STR_ARG(buf_str(&text)));
}

bool cli_cancelled(const Cli *c) {
    return c->cancel != NULL && atomic_load(c->cancel);
}

/* Who works at this machine goes into the journal. */
static Str machine_user(Arena *a) {
    const struct passwd *who = getpwuid(geteuid());

    return str_format(a, "cli:%s", who != NULL ? who->pw_name : "?");
}

/* "file:line:column：" before the sentence when the mistake has a place people can go to. */
static void say_error(FILE *err, const Err *e) {
    bool place = e->code == ERR_CONTENT && e->where[0] != '\0';

    fprintf(err, "错误：%s%s%s\n", place ? e->where : "", place ? "：" : "", e->text);
}

/* --- running ---------------------------------------------------------------------------------- */

static bool run_with_content(Cli *c, const Command *command, Err *e) {
    Str overlay = str_format(c->arena, "%s/content", c->data);

    c->content = content_load(access(overlay.ptr, R_OK) == 0 ? overlay.ptr : NULL, e);
    c->models = c->content != NULL ? models_load(c->content, e) : NULL;
    bool good = c->models != NULL && command->run(c, e);

    models_free(c->models);
    content_drop(c->content);
    return good;
}

static bool run_with_office(Cli *c, const Command *command, Office *office, Err *e) {
    Snapshot *s = office_snapshot(office);

    c->office = office;
    c->content = s->content;
    c->models = s->models;
    bool good = command->run(c, e);

    snapshot_drop(s);
    return good;
}

/* In this process when the folder is free, else in the server that holds it. */
static bool run_on_folder(Cli *c, const Command *command, const CliPlace *place, int argc,
                          char **argv, int *status, Err *e) {
    Err none = {0};

    if (place->office != NULL)
        return run_with_office(c, command, place->office, e);
    Office *office = office_open(c->data, e);

    if (office == NULL && e->code == ERR_BUSY && control_call(c->data, argc, argv, status, &none)) {
        err_clear(e);
        return true;
    }
    if (office == NULL) {
        if (none.code != ERR_NONE && none.code != ERR_UNREACHABLE)
            *e = none;
        return false;
    }
    bool good = run_with_office(c, command, office, e);

    office_close(office);
    return good;
}

static bool run_command(Cli *c, const Command *command, const CliPlace *place, int argc,
                        char **argv, int *status, Err *e) {
    switch (command->needs) {
    case NEEDS_NOTHING:
        return command->run(c, e);
    case NEEDS_CONTENT:
        if (place->office != NULL)
            return run_with_office(c, command, place->office, e);
        return run_with_content(c, command, e);
    case NEEDS_OFFICE:
        return run_on_folder(c, command, place, argc, argv, status, e);
    }
    return false;
}

static bool run_line(const CliPlace *place, Arena *a, int argc, char **argv, int *status, Err *e) {
    Global g = {0};
    size_t used = 0;
    const char *set = getenv("LIANHENG_DATA");
    char **whole = arena_array_of(a, (size_t)argc + 1, char *),
         **line = arena_array_of(a, (size_t)argc + 1, char *);
    int count = argc;

    memcpy(whole, argv, (size_t)argc * sizeof *argv);
    memcpy(line, argv, (size_t)argc * sizeof *argv);
    if (!take_global(&count, line, &g, e))
        return false;
    const Command *command = find_command(count, line, &used);

    if (command == NULL && count != 0 && !g.help)
        return unknown_command(count, line, e);
    Cli c = {.arena = a,
             .cwd = place->cwd,
             .json = g.json,
             .out = place->out,
             .err = place->err,
             .in = place->in,
             .cancel = place->cancel,
             .actor = machine_user(a)};

    c.data = absolute(a, place->cwd,
                      str_of(g.data != NULL        ? g.data
                             : set != NULL && *set ? set
                                                   : "var"))
                 .ptr;
    if (command == NULL || g.help) {
        if (command != NULL)
            fprintf(c.out, "用法：lianheng %s %s\n%s\n", command->words, command->usage,
                    command->help);
        return command != NULL || cmd_help(&c, e);
    }
    c.options = command->options;
    return read_words(&c, command, count - (int)used, line + used, e) &&
           run_command(&c, command, place, argc, whole, status, e);
}

int cli_run(const CliPlace *place, int argc, char **argv) {
    scoped_arena Arena *a = arena_new();
    Err e = {0};
    int status = 0;
    bool good = run_line(place, a, argc, argv, &status, &e);

    /* A reader who has seen enough (`… | head`) is no mistake. */
    if (fflush(place->out) != 0 && good && errno != EPIPE)
        good = err_set(&e, ERR_DISK, NULL, "结果没有写完：输出已关闭或磁盘已满");
    if (!good) {
        say_error(place->err, &e);
        status = err_exit_status(e.code);
    }
    fflush(place->err);
    return status;
}
