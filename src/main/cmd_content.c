/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/cmd_content.c: every loader and every content test, offline. */
#include <sys/stat.h>
#include <unistd.h>

#include "document/type.h"
#include "flow/cases.h"
#include "main/cli.h"
#include "people/policy.h"

/* Models add their own cases to what content checks by itself. */
static bool check_models(Cli *c, Content *content, const Models *models, Err *e) {
    size_t failed = 0;

    for (size_t i = 0; i < models_count(models); i++) {
        const Model *m = models_at(models, i);
        scoped_buf Buf report;
        Err own = {0};

        buf_init(&report, (size_t)4 << 20);
        if (model_test(m, content, &report, &own))
            continue;
        failed++;
        fprintf(c->out, "%.*s：%s\n%.*s", STR_ARG(model_id(m)), own.text,
                STR_ARG(buf_str(&report)));
        *e = own;
    }
    return failed == 0;
}

/* Every way through every flow is walked by a case of its own. */
static bool check_flows(Cli *c, Content *content, Err *e) {
    scoped_buf Buf report;

    buf_init(&report, (size_t)4 << 20);
    bool good = flow_cases_all(content, &report, e);

    fwrite(report.len != 0 ? report.ptr : "", 1, report.len, c->out);
    return good;
}

/* Every kind of document is filled with its cases. */
static bool check_documents(Cli *c, Content *content, Err *e) {
    scoped_buf Buf report;

    buf_init(&report, (size_t)4 << 20);
    bool good = document_cases_all(content, &report, e);

    fwrite(report.len != 0 ? report.ptr : "", 1, report.len, c->out);
    return good;
}

/* Without a folder: what the program carries, with the data folder's own files when there are any.
 */
static bool overlay_of(Cli *c, const char **out, Err *e) {
    struct stat st;
    const char *path = c->word_count != 0 ? cli_path(c, c->words[0])
                                          : str_format(c->arena, "%s/content", c->data).ptr;
    bool there = stat(path, &st) == 0 && S_ISDIR(st.st_mode);

    if (!there && c->word_count != 0)
        return err_set(e, ERR_NOT_FOUND, NULL, "没有目录 %s，请检查路径", path);
    *out = there ? path : NULL;
    return true;
}

/* The articles that content cites, where there is a data folder with laws: in this process or in
 * the server that holds it. That it cannot be opened says nothing about the content. */
static bool check_bases(Cli *c, const char *overlay, Err *e) {
    CliPlace place = {
        .cwd = c->cwd, .out = c->out, .err = c->err, .in = c->in, .cancel = c->cancel};
    Str settings = str_format(c->arena, "%s/settings.yaml", c->data);
    char *words[] = {str_c(c->arena, STR("--data")),
                     str_c(c->arena, str_of(c->data)),
                     str_c(c->arena, STR("law")),
                     str_c(c->arena, STR("check")),
                     str_c(c->arena, STR("--content")),
                     str_c(c->arena, str_of(overlay)),
                     NULL};

    if (access(settings.ptr, F_OK) != 0) {
        fprintf(c->out, "没有数据目录：内容引用的法条未核。\n");
        return true;
    }
    return cli_run(&place, overlay != NULL ? 6 : 4, words) != err_exit_status(ERR_CONTENT) ||
           err_set(e, ERR_CONTENT, NULL, "内容引用的法条有误，见上");
}

bool cmd_content_check(Cli *c, Err *e) {
    const char *overlay = NULL;
    scoped_buf Buf report;

    buf_init(&report, (size_t)16 << 20);
    if (!overlay_of(c, &overlay, e))
        return false;
    Content *content = content_load(overlay, e);
    Models *models = content != NULL ? models_load(content, e) : NULL;
    bool good =
        models != NULL && common_words_check(content, e) && content_check(content, &report, e);

    fwrite(report.len != 0 ? report.ptr : "", 1, report.len, c->out);
    good = good && check_models(c, content, models, e) && check_flows(c, content, e) &&
           check_documents(c, content, e);
    if (good)
        fprintf(c->out, "内容没有错误：%zu 个数据集，%zu 个模型，%zu 个期限，版本 %.*s。\n",
                content_dataset_count(content), models_count(models), content_period_count(content),
                STR_ARG(content_version(content)));
    models_free(models);
    content_drop(content);
    return good && check_bases(c, overlay, e);
}
