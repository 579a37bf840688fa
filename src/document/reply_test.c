/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/reply_test.c: answers with and without substance to one suggestion, and what is told of
 * each: written from the default templates, as they go out. */
#include "content/testing.h"
#include "document/reply.h"
#include "document/type.h"

#include "base/banned.h"

static Content *content;

static int setup(void **state) {
    Err e = {0};

    (void)state;
    content = content_load(NULL, &e);
    if (content == NULL)
        fail_msg("%s: %s", e.where, e.text);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    content_drop(content);
    return 0;
}

static const char suggestion[] =
    "{\"issuer\":\"江城县人民检察院\",\"issued_on\":\"2026-03-10\",\"number\":"
    "\"江检建〔2026〕5号\","
    "\"recipient\":\"江城县农业农村局\",\"source\":\"办理危害食品安全案件\","
    "\"facts\":\"查明城北、城南、河口三个屠宰点没有检疫登记，日常检查没有留下任何记录。\","
    "\"problem\":\"对小型屠宰点的日常检查没有记录，检疫登记没有人核对。\",\"law\":"
    "\"动物防疫法的有关规定\","
    "\"advice\":[{\"text\":\"建立屠宰点检查台账。\"},{\"text\":\"每季度通报检查结果。\"}]}";

static const DocumentType *kind(const char *id) {
    Err e = {0};
    const DocumentType *d = content_document(content, str_of(id), &e);

    assert_non_null(d);
    return d;
}

static void written(Arena *a, const DocumentType *d, const Node *values, Sheet *out) {
    scoped_buf Buf docx = {.max = DOCX_SIZE_MAX};
    TemplateFilled filled = {0};
    Err e = {0};
    Template *t = document_default(d, a, &e);

    if (!t || !template_fill(t, values, false, a, &docx, &filled, &e))
        fail_msg("%s", e.text);
    *out = filled.sheet;
}

static Node *answer_values(Arena *a, const char *handling, const char *issued) {
    Err e = {0};
    Node *n = json_read(a,
                        STR("{\"issuer\":\"江城县农业农村局\",\"recipient\":\"江城县人民检察院\","
                            "\"subject\":\"加强屠宰点监管\",\"document_no\":\"江检建〔2026〕5号\","
                            "\"document_title\":\"检察建议书\",\"received_on\":\"2026-03-13\"}"),
                        &e);

    node_set_text(a, n, "handling", str_of(handling));
    node_set_text(a, n, "issued_on", str_of(issued));
    return n;
}

#define GOOD                                                                                                                                     \
    "四月八日对辖区内全部屠宰点逐一复查，逐点建立检查台账，由动物卫生监督所指定专人每周登记核验；" \
    "自第二季度起，每季度末把检查结果书面通报贵院，首份通报随函附送。两名失职人员已经调离岗位。"

static const struct {
    const char *handling;
    size_t enclosures;
    const char *issued, *sent, *flags;
} answers[] = {
    {GOOD, 1, "2026-05-06", "2026-05-06", ""},
    {GOOD, 0, "2026-05-06", "2026-05-06", "enclosure"},
    {"已按要求办理。", 0, "2026-05-06", "2026-05-06", "template,points,enclosure"},
    /* Copied from what is answered: not a word of one's own. */
    {"查明城北、城南、河口三个屠宰点没有检疫登记，日常检查没有留下任何记录。", 1, "2026-05-06",
     "2026-05-06", "template,points"},
    {"已经逐点建立检查台账，今后每季度书面通报检查结果，请予监督指导。", 1, "2026-05-06",
     "2026-05-06", "short"},
    /* One of two points. */
    {"四月八日对全部屠宰点逐一复查，逐点建立检查台账，由动物卫生监督所指定专人每周登记核验，"
     "失职的两名人员已经调离岗位，另行任用熟悉检疫业务的干部负责，所需经费列入预算予以保障。",
     1, "2026-05-06", "2026-05-06", "points"},
    /* Named by their places. */
    {"关于第一条建议，动物卫生监督所指定专人逐点登记核验，失职的两名人员已经调离岗位。关于第2条建"
     "议，今后按期书面报送贵院，联系人和联系方式随函附送，所需经费列入预算予以保障。",
     1, "2026-05-06", "2026-05-06", ""},
    {GOOD, 1, "2026-03-12", "2026-05-06", "early"},
    {GOOD, 1, "2026-05-06", "2026-05-14", "late"},
};

static Day day(const char *text) {
    Day d = DAY_NONE;

    day_parse(str_of(text), &d);
    return d;
}

static void test_answers(void **state) {
    scoped_arena Arena *a = arena_new();
    const DocumentType *asked = kind("governance_suggestion"), *type = kind("reply_letter");
    Err e = {0};
    Node *values = json_read(a, str_of(suggestion), &e);
    Sheet said, text;

    (void)state;
    written(a, asked, values, &said);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        written(a, type, answer_values(a, answers[i].handling, answers[i].issued), &text);
        ReplyLook look = {.type = type,
                          .asked = asked,
                          .text = &text,
                          .asked_text = &said,
                          .asked_values = values,
                          .enclosures = answers[i].enclosures,
                          .issued = day(answers[i].issued),
                          .sent = day(answers[i].sent),
                          .received = day("2026-03-13"),
                          .due = day("2026-05-13")};
        const Node *found = reply_findings(&look, a);
        ReplyWords w = reply_words(&look);
        Str flags = reply_flags_of(a, found);

        if (!str_is(flags, answers[i].flags))
            fail_msg("%zu: %.*s, not %s (%zu of %zu words)", i, STR_ARG(flags), answers[i].flags,
                     w.own, w.all);
        for (size_t k = 0; k < found->count; k++)
            assert_true(node_text(found->items[k], "text").len > 10);
    }
}

/* Nothing at hand of what is answered, or not even the text: what can be said is said. */
static void test_little_known(void **state) {
    scoped_arena Arena *a = arena_new();
    const DocumentType *type = kind("reply_letter");
    Sheet text;
    ReplyLook look = {.type = type,
                      .enclosures = 1,
                      .issued = DAY_NONE,
                      .sent = DAY_NONE,
                      .received = DAY_NONE,
                      .due = DAY_NONE};

    (void)state;
    assert_int_equal(reply_findings(&look, a)->count, 0);
    written(a, type, answer_values(a, GOOD, "2026-05-06"), &text);
    look.text = &text;
    assert_int_equal(reply_findings(&look, a)->count, 0);
    written(a, type, answer_values(a, "", "2026-05-06"), &text);
    assert_true(str_is(reply_flags_of(a, reply_findings(&look, a)), "template"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_little_known),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
