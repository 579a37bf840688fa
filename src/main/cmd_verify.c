/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cmd_verify.c: `document verify`: who signed a file, and whether a byte of it changed.
 * Neither data folder nor network. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "document/signature.h"
#include "main/cli.h"

#include "base/banned.h"

enum { SMALL = 20 << 20 };

static bool read_file(const char *path, size_t most, Arena *a, Str *out, Err *e) {
    struct stat st;
    FILE *f = stat(path, &st) == 0 && S_ISREG(st.st_mode) ? fopen(path, "re") : NULL;

    if (f == NULL)
        return err_set(e, ERR_NOT_FOUND, NULL, "没有文件 %s，或不能读，请检查路径和权限", path);
    if ((size_t)st.st_size > most) {
        fclose(f);
        return err_set(e, ERR_TOO_LARGE, NULL, "文件 %s 超过 %zu MiB", path, most >> 20);
    }
    char *bytes = arena_alloc(a, (size_t)st.st_size + 1);
    size_t n = fread(bytes, 1, (size_t)st.st_size, f);

    fclose(f);
    *out = (Str){bytes, n};
    return true;
}

static void say(const Cli *c, const SignatureReport *r) {
    fprintf(c->out, "%s\n%.*s\n", signature_verdict_names[r->verdict].title, STR_ARG(r->sentence));
    for (size_t i = 0; i < r->count; i++)
        fprintf(c->out, "  %zu. %.*s\n", i + 1, STR_ARG(r->signers[i].sentence));
    for (size_t i = 0; i < r->wanted_count; i++)
        fprintf(c->out, "  还没有签章：%.*s\n", STR_ARG(r->wanted[i]));
    for (size_t i = 0; i < r->note_count; i++)
        fprintf(c->out, "注意：%.*s\n", STR_ARG(r->notes[i]));
    if (r->root.len != 0)
        fprintf(c->out, "文件里的根证书（SM3）：%.*s\n", STR_ARG(r->root));
}

/* The exit status tells scripts: good 0, not whose it seems 6, revoked or run out 7, no signature
 * 4, anything altered 17. */
static ErrCode code_of(SignatureVerdict v) {
    switch (v) {
    case SIGNATURE_GOOD:
        return ERR_NONE;
    case SIGNATURE_NONE:
        return ERR_NOT_FOUND;
    case SIGNATURE_NOT_PDF:
        return ERR_INVALID;
    case SIGNATURE_UNPROVEN:
    case SIGNATURE_STRANGE:
        return ERR_UNAUTHENTICATED;
    case SIGNATURE_INCOMPLETE:
    case SIGNATURE_EXPIRED:
    case SIGNATURE_REVOKED:
        return ERR_FORBIDDEN;
    default:
        return ERR_BROKEN;
    }
}

bool cmd_document_verify(Cli *c, Err *e) {
    Str file, bytes, root = cli_option(c, "--root"), list = cli_option(c, "--revoked");
    SignatureTrust trust = {0};
    SignatureReport r;
    Arena *a = c->arena;

    if (!read_file(cli_path(c, c->words[0]), SIGNATURE_FILE, a, &file, e))
        return false;
    if (root.len != 0 && (!read_file(cli_path(c, root), SMALL, a, &bytes, e) ||
                          !certificate_from_file(bytes, a, &trust.root, e)))
        return false;
    if (list.len != 0 && !read_file(cli_path(c, list), SMALL, a, &trust.revocations, e))
        return false;
    if (!signature_verify(file, &trust, a, &r, e))
        return false;
    if (c->json)
        cli_json(c, signature_report_node(&r, a));
    else
        say(c, &r);
    ErrCode code = code_of(r.verdict);

    return code == ERR_NONE ||
           err_set(e, code, NULL, "核验没有通过：%s", signature_verdict_names[r.verdict].title);
}
