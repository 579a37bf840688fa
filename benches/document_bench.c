/* SPDX-License-Identifier: MulanPSL-2.0 */
/* benches/document_bench.c: a document of two pages as PDF, against LibreOffice converting the same
 * text as DOCX, and letters as one job.
 *
 *     document_bench FOLDER [LETTERS]
 *
 * FOLDER gets letter.docx, ours.pdf and LibreOffice's letter.pdf. Without soffice only our own time
 * is told. One line of JSON per measurement. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zip.h>

#include "document/layout.h"

#include "base/banned.h"

enum { ROUNDS = 20, OFFICE_ROUNDS = 3 };

static const struct {
    BlockKind kind;
    const char *text;
} PARTS[] = {
    {BLOCK_MARK, "青岭县人民检察院"},
    {BLOCK_TITLE, "检察意见书"},
    {BLOCK_NUMBER, "青检行意〔2024〕3号"},
    {BLOCK_RECIPIENT, "青岭县市场监督管理局："},
    {BLOCK_TEXT, "本院办理的王某某涉嫌销售不符合安全标准的食品一案，已于2024年11月5日依法作出不起诉"
                 "决定。根据《中华人民共和国刑"
                 "事诉讼法》第一百七十七条第三款、《人民检察院刑事诉讼规则》第三百七十三条的规定，"
                 "现提出如下检察意见。"},
    {BLOCK_LEVEL_1, "一、被不起诉人的基本情况"},
    {BLOCK_TEXT, "王某某，男，1985年出生，个体工商户，在青岭县经营一家食品店。因涉嫌销售不符合安全"
                 "标准的食品，于2024年6月12"
                 "日被取保候审。到案后如实供述自己的行为，自愿认罪认罚，主动召回已经售出的食品，并"
                 "退还全部货款2,110.00元。"},
    {BLOCK_LEVEL_1, "二、违法事实和证据"},
    {BLOCK_TEXT,
     "经审查查明：2023年8月至2024年5月，王某某未查验供货者的许可证和食品出厂检验合格证明，先后12次"
     "购进散装食品"
     "并对外销售，销售金额共计2,110.00元。经检验，其中3个批次的菌落总数不符合食品安全国家标准。"},
    {BLOCK_TEXT, "认定上述事实的证据有：检验报告、进货单据、销售记录、证人证言、王某某的供述和辩解"
                 "等。上述证据经本院审查，来源合法，"
                 "内容客观，相互印证，足以认定。"},
    {BLOCK_LEVEL_1, "三、处罚意见和依据"},
    {BLOCK_TEXT, "本院认为，王某某的行为违反了《中华人民共和国食品安全法》的有关规定，虽因情节轻微"
                 "不需要判处刑罚，仍应当给予行政处罚。"
                 "请你局依照有关规定，结合其主动消除危害后果、如实供述等情节，依法作出处理；对查封"
                 "、扣押的物品，依法一并处理。"},
    {BLOCK_LEVEL_2, "（一）关于违法所得。对违法所得应当依法没收，已经退还消费者的部分予以核减，核减"
                    "的依据应当在决定书中写明。"},
    {BLOCK_LEVEL_2, "（二）关于进货查验。请督促其建立食品进货查验记录制度，如实记录食品的名称、规格"
                    "、数量、生产日期和供货者，并保存相关凭证"
                    "不少于二年。"},
    {BLOCK_TEXT, "请你局自收到本意见书之日起两个月内将处理结果书面回复本院；如需延长，应当在期限届"
                 "满前说明理由。联系人：李某，联系电"
                 "话：0000-1234567。"},
    {BLOCK_ATTACHMENT, "附件：1. 不起诉决定书"},
    {BLOCK_ATTACHMENT, "2. 证据目录"},
    {BLOCK_SIGNATURE, "青岭县人民检察院"},
    {BLOCK_DATE, "2024年11月15日"},
};

enum { PART_COUNT = sizeof PARTS / sizeof *PARTS };

static double now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(bool ok, const char *what) {
    if (ok)
        return;
    fprintf(stderr, "%s\n", what);
    exit(1);
}

/* ---- ours */

typedef struct Letter {
    Block blocks[PART_COUNT];
    Span spans[PART_COUNT];
    Sheet sheet;
} Letter;

/* Each letter has another number and another name, as in a job. */
static void letter_make(Letter *letter, Arena *a, int n) {
    for (size_t i = 0; i < PART_COUNT; i++) {
        letter->spans[i] = (Span){.text = str_of(PARTS[i].text)};
        letter->blocks[i] =
            (Block){.kind = PARTS[i].kind, .spans = &letter->spans[i], .span_count = 1};
        if (PARTS[i].kind == BLOCK_NUMBER)
            letter->spans[i].text = str_format(a, "青检行意〔2024〕%d号", n + 1);
    }
    letter->sheet = (Sheet){
        .form = SHEET_PROCURATORIAL, .blocks = letter->blocks, .count = PART_COUNT, .sealed = true};
}

static int lay_out(int n, const char *path) {
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf pdf;
    LayoutOptions options = {.created = STR("2024-11-15T09:00:00+08:00")};
    LayoutReport report;
    Letter letter;
    Err e = {0};

    buf_init(&pdf, (size_t)64 << 20);
    letter_make(&letter, a, n);
    must(layout_pdf(&letter.sheet, &options, &pdf, &report, a, &e), e.text);
    if (path != NULL) {
        FILE *f = fopen(path, "wb");

        must(f != NULL && fwrite(pdf.ptr, 1, pdf.len, f) == pdf.len && fclose(f) == 0, path);
    }
    return report.pages;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* ---- LibreOffice */

static void escape(Buf *out, const char *text) {
    for (; *text != '\0'; text++)
        if (*text == '<' || *text == '&')
            buf_addf(out, "&#%d;", *text);
        else
            buf_add_char(out, *text);
}

static void document_xml(Buf *out) {
    buf_add_c(out,
              "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><w:document "
              "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>");
    for (size_t i = 0; i < PART_COUNT; i++) {
        bool title = PARTS[i].kind == BLOCK_TITLE || PARTS[i].kind == BLOCK_MARK;
        const char *font = PARTS[i].kind == BLOCK_LEVEL_1   ? "Noto Sans CJK SC"
                           : PARTS[i].kind == BLOCK_LEVEL_2 ? "AR PL KaitiM GB"
                                                            : "Noto Serif CJK SC";

        buf_addf(
            out,
            "<w:p><w:pPr><w:spacing w:line=\"580\" "
            "w:lineRule=\"exact\"/>%s</w:pPr><w:r><w:rPr><w:rFonts "
            "w:ascii=\"%s\" w:hAnsi=\"%s\" w:eastAsia=\"%s\"/>%s<w:sz w:val=\"%d\"/></w:rPr><w:t>",
            title ? "<w:jc w:val=\"center\"/>" : "<w:ind w:firstLineChars=\"200\"/>", font, font,
            font, title ? "<w:b/>" : "", title ? 44 : 32);
        escape(out, PARTS[i].text);
        buf_add_c(out, "</w:t></w:r></w:p>");
    }
    buf_add_c(
        out,
        "<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"2098\" w:right=\"1474\" "
        "w:bottom=\"1984\" w:left=\"1588\"/></w:sectPr></w:body></w:document>");
}

static void add_part(zip_t *zip, const char *name, const char *text, size_t len) {
    zip_source_t *source = zip_source_buffer(zip, text, len, 0);

    must(source != NULL && zip_file_add(zip, name, source, ZIP_FL_OVERWRITE) >= 0, name);
}

static void write_docx(const char *path) {
    static const char types[] =
        "<?xml version=\"1.0\"?><Types "
        "xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
        "<Default Extension=\"rels\" "
        "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
        "<Override PartName=\"/word/document.xml\" ContentType=\"application/"
        "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
    static const char relations[] =
        "<?xml version=\"1.0\"?><Relationships "
        "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
        "<Relationship Id=\"rId1\" "
        "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
        "officeDocument\" Target=\"word/document.xml\"/></Relationships>";
    scoped_buf Buf xml;
    int error;
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &error);

    must(zip != NULL, path);
    buf_init(&xml, 1 << 20);
    document_xml(&xml);
    add_part(zip, "[Content_Types].xml", types, sizeof types - 1);
    add_part(zip, "_rels/.rels", relations, sizeof relations - 1);
    add_part(zip, "word/document.xml", xml.ptr, xml.len);
    must(zip_close(zip) == 0, path);
}

/* One start of soffice that converts `path`; false: there is none. */
static bool convert(const char *folder, const char *path) {
    char home[4200];
    pid_t child;
    int status;

    snprintf(home, sizeof home, "-env:UserInstallation=file://%s/office", folder);
    child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        must(freopen("/dev/null", "w", stdout) != NULL && freopen("/dev/null", "w", stderr) != NULL,
             "/dev/null");
        execlp("soffice", "soffice", home, "--headless", "--convert-to", "pdf", "--outdir", folder,
               path, (char *)NULL);
        _exit(127);
    }
    must(waitpid(child, &status, 0) == child, "waitpid");
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The fastest of some starts, the first of which fills its caches; 0: no soffice. */
static double office(const char *folder) {
    char path[4200];
    double best = 1e9;

    snprintf(path, sizeof path, "%s/letter.docx", folder);
    write_docx(path);
    for (int i = 0; i <= OFFICE_ROUNDS; i++) {
        double began = now();

        if (!convert(folder, path))
            return 0;
        if (i > 0 && now() - began < best)
            best = now() - began;
    }
    return best;
}

int main(int argc, char **argv) {
    const char *folder = argc > 1 ? argv[1] : ".";
    int letters = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 1000, pages;
    double times[ROUNDS], began = now(), first, office_s;
    struct rusage early, late;
    char path[4200];

    snprintf(path, sizeof path, "%s/ours.pdf", folder);
    pages = lay_out(0, path);
    first = now() - began;
    for (int i = 0; i < ROUNDS; i++) {
        began = now();
        lay_out(0, NULL);
        times[i] = now() - began;
    }
    qsort(times, ROUNDS, sizeof *times, by_size);
    office_s = office(folder);
    if (office_s > 0)
        printf("{\"what\":\"pdf\",\"pages\":%d,\"ms\":%.1f,\"first_ms\":%.1f,\"office_ms\":%.0f,"
               "\"ratio\":%.1f}\n",
               pages, times[ROUNDS / 2] * 1e3, first * 1e3, office_s * 1e3,
               office_s / times[ROUNDS / 2]);
    else
        printf("{\"what\":\"pdf\",\"pages\":%d,\"ms\":%.1f,\"first_ms\":%.1f,\"office_ms\":null}\n",
               pages, times[ROUNDS / 2] * 1e3, first * 1e3);
    getrusage(RUSAGE_SELF, &early);
    began = now();
    for (int i = 0; i < letters; i++)
        lay_out(i, NULL);
    first = now() - began;
    getrusage(RUSAGE_SELF, &late);
    printf("{\"what\":\"letters\",\"count\":%d,\"s\":%.2f,\"rate\":%.0f,\"memory_mib\":%ld,\"grown_"
           "mib\":%ld}\n",
           letters, first, letters / first, late.ru_maxrss / 1024,
           (late.ru_maxrss - early.ru_maxrss) / 1024);
    return 0;
}
