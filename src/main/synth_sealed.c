/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/synth_sealed.c: sealed records of the demonstration county. Every person is invented. */
#include "main/synth_sealed.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/identity.h"

#include "base/banned.h"

enum { ROWS_MOST = 8 };

/* Numbers are worked out from these: division, day of birth, order. */
static const struct {
    char mark;
    const char *name, *born;
} people[] = {
    {'a', "殷小舟", "20061109"}, {'b', "戚予安", "20070422"}, {'c', "甄向晚", "20070730"},
    {'d', "佟既白", "20080115"}, {'e', "巫一凡", "20080903"}, {'f', "丛大海", "19790512"},
    {'g', "苗春生", "19861020"}, {'h', "边得胜", "19910318"}, {'i', "濮阳和", "20081212"},
};

typedef struct SealedFile {
    const char *file, *dataset, *head;
    const char *rows[ROWS_MOST]; /* {a} is the number of a, [a] the name */
} SealedFile;

static const SealedFile sheets[] = {
    {"车管所_驾驶证补报.csv",
     "driving_license",
     "姓名,身份证号,驾驶证号,准驾车型,驾驶证状态,初次领证日期",
     {"[a],{a},{a},C1,正常,2024-12-20"}},
    {"法院_少年审判庭判决.csv",
     "criminal_verdict",
     "案号,被告人姓名,被告人身份证号,罪名,行为日,生效日期,主刑,刑期(月),审理法院",
     {"（2024）川0599刑初9001号,[a],{a},危险驾驶罪,2024-03-08,2024-07-19,拘役,2,江城县人民法院",
      "（2024）川0599刑初9002号,[b],{b},盗窃罪,2024-05-11,2024-09-02,拘役,3,江城县人民法院",
      "（2024）川0599刑初9003号,[c],{c},寻衅滋事罪,2024-06-01,2024-11-15,有期徒刑,8,"
      "江城县人民法院"}},
    {"检察院_未成年人不起诉.csv",
     "non_prosecution",
     "不起诉决定书文号,被不起诉人,身份证号,罪名,不起诉类型,行为日,不起诉决定日期,是否需要行政处罚,"
     "主管机关",
     {"江检刑不诉〔2025〕9001号,[d],{d},盗窃罪,相对不起诉,2024-10-05,2025-02-17,是,江城县公安局",
      "江检刑不诉〔2025〕9002号,[e],{e},寻衅滋事罪,相对不起诉,2024-12-02,2025-03-21,是,"
      "江城县公安局"}},
    {"公安局_治安案件办理.csv",
     "penalty_case",
     "立案编号,案件类别,当事人,身份证号,办案机关,立案日期,处罚决定日期",
     {"江公立〔2025〕9001号,治安,[f],{f},江城县公安局,2025-01-06,2025-09-30",
      "江公立〔2025〕9002号,治安,[g],{g},江城县公安局,2025-02-10,2025-03-01"}},
    {"公安局_治安处罚决定.csv",
     "administrative_penalty",
     "行政相对人名称,行政相对人类别,自然人证件号码,行政处罚决定书文号,处罚依据,处罚决定日期,"
     "处罚机关",
     {"[g],自然人,{g},江公行罚决字〔2025〕9001号,治安管理处罚法第二十六条,2025-03-01,江城县公安局",
      "[h],自然人,{h},江公行罚决字〔2025〕9002号,治安管理处罚法第四十三条,2025-04-18,"
      "江城县公安局"}},
    {"烟草专卖局_涉嫌犯罪移送.csv",
     "crime_transfer",
     "移送书文号,涉嫌犯罪当事人,身份证号,涉嫌罪名,移送机关,移送日期",
     {"江烟移〔2025〕9001号,[i],{i},非法经营罪,江城县烟草专卖局,2025-05-20"}},
};

static void put_number(size_t i, Buf *out) {
    char number[24];

    snprintf(number, sizeof number, "519921%s%03zu", people[i].born, 901 + i);
    number[17] = citizen_id_check_digit(number);
    buf_add_bytes(out, number, 18);
}

/* Names and numbers into their places. */
static void put_row(const char *row, Buf *out) {
    for (const char *p = row; *p; p++) {
        bool place = (*p == '{' || *p == '[') && p[1] && (p[2] == '}' || p[2] == ']');

        for (size_t i = 0; place && i < sizeof people / sizeof *people; i++)
            if (people[i].mark == p[1] && *p == '[')
                buf_add_c(out, people[i].name);
            else if (people[i].mark == p[1])
                put_number(i, out);
        if (place)
            p += 2;
        else
            buf_add_char(out, *p);
    }
    buf_add_char(out, '\n');
}

static bool write_sheet(const char *path, const SealedFile *s, Err *e) {
    FILE *f = fopen(path, "wxe");
    scoped_buf Buf text;

    if (f == NULL)
        return err_set(e, ERR_DISK, path, "无法写入 %s：%s", path, strerror(errno));
    buf_init(&text, 100000);
    put_row(s->head, &text);
    for (size_t i = 0; i < ROWS_MOST && s->rows[i] != NULL; i++)
        put_row(s->rows[i], &text);
    bool good = fwrite(text.ptr, 1, text.len, f) == text.len;

    return (fclose(f) == 0 && good) ||
           err_set(e, ERR_DISK, path, "写入 %s 时出错，请检查磁盘空间", path);
}

bool synth_sealed_write(const char *out, Arena *a, const Node **files, Err *e) {
    Node *list = node_list(a);

    for (size_t i = 0; i < sizeof sheets / sizeof *sheets; i++) {
        Node *one = node_map(a);

        if (!write_sheet(str_format(a, "%s/%s", out, sheets[i].file).ptr, &sheets[i], e))
            return false;
        node_set_text(a, one, "file", str_of(sheets[i].file));
        node_set_text(a, one, "dataset", str_of(sheets[i].dataset));
        node_add(a, list, one);
    }
    *files = list;
    return true;
}
