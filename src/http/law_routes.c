/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/law_routes.c: routes of the statute library, what they read and what they answer. Whoever is
 * signed in may read the law; loading it is a permission. */
#include "http/law_routes.h"

#include "http/shape_rows.h"
#include "http/shapes.h"

#ifdef ROUTES_ONLY
#define RUN(handler) .run = NULL
#else
#define RUN(handler) .run = handler
#endif
#define IN(rows, T) .in = (rows), .in_size = sizeof(T)
#define QUERY(rows, T) .query = (rows), .query_size = sizeof(T)
#define LIMIT_ROW(T)                                                                               \
    {                                                                                              \
        BIND_TYPE_INT, "limit", offsetof(T, limit), OPTIONAL, "items a page, default 50", NULL, 0, \
            NULL, 200                                                                              \
    }
#define CURSOR_ROW(T) BIND_STR_MOST(T, cursor, "cursor", OPTIONAL, 20, "of the page before")

/* --- in --------------------------------------------------------------------------------------- */

static const Bind list_query[] = {
    BIND_STR_MOST(LawListQuery, text, "text", OPTIONAL, 200, "in the title, or a citation"),
    BIND_STR_MOST(LawListQuery, category, "category", OPTIONAL, 200, "id"),
    CURSOR_ROW(LawListQuery),
    LIMIT_ROW(LawListQuery),
    BIND_END,
};

static const Bind get_query[] = {
    BIND_INT(LawGetQuery, version, "version", OPTIONAL,
             "number; the text in force today when left out"),
    BIND_END,
};

static const Bind search_in_query[] = {
    BIND_STR_MOST(LawSearchQuery, text, "text", REQUIRED, 200,
                  "words divided by blanks: all must be there"),
    BIND_STR_MOST(LawSearchQuery, law, "law", OPTIONAL, 200, "only in this one"),
    BIND_STR_MOST(LawSearchQuery, category, "category", OPTIONAL, 200, "only in these"),
    CURSOR_ROW(LawSearchQuery),
    LIMIT_ROW(LawSearchQuery),
    BIND_END,
};

static const Bind lookup_item_in[] = {
    BIND_STR_MOST(LawLookupItemIn, law, "law", REQUIRED, 400, "name as written"),
    BIND_STR_MOST(LawLookupItemIn, article, "article", OPTIONAL, 400, "第5条、第7条; 91、99"),
    BIND_END,
};
static const Bind lookup_in[] = {
    BIND_OBJECTS(LawLookupIn, items, "items", REQUIRED, lookup_item_in, LawLookupItemIn,
                 "at most 200"),
    BIND_DATE(LawLookupIn, on, "on", OPTIONAL, "the day that counts; today when left out"),
    BIND_END,
};

static const Bind check_in[] = {
    BIND_STR_MOST(LawCheckIn, text, "text", REQUIRED, 200000, "prose that cites statutes"),
    BIND_DATE(LawCheckIn, on, "on", OPTIONAL, "the day that counts; today when left out"),
    BIND_END,
};

static const Bind import_query[] = {
    BIND_STR_MOST(LawImportQuery, name, "name", REQUIRED, 200, "of the file: 某某条例.md"),
    BIND_END,
};

/* --- out -------------------------------------------------------------------------------------- */

const Bind law_category_out[] = {
    TEXT("category", "id"),
    TEXT("title", "Chinese"),
    INT("laws", "of this category"),
    BIND_END,
};
#define VERDICT_ROWS                                                                       \
    TEXT("verdict", "in_force, unsure, not_yet, repealed, no_article, no_part, misnamed, " \
                    "older, unknown, unloaded"),                                           \
        TEXT("verdict_title", "Chinese"), BOOL("wrong", "people should look at it"),       \
        BOOL("checked", "false: 未核"), TEXT("sentence", "the verdict as a Chinese sentence")
const Bind law_direct_out[] = {
    TEXT("law", "id"),
    TEXT("title", "of the law"),
    TEXT("label", "《行政处罚法》第五十七条"),
    MAYBE_TEXT("anchor", "of the article"),
    VERDICT_ROWS,
    TEXT("text", "exactly what was asked for"),
    BIND_END,
};
const Bind law_item_out[] = {
    TEXT("law", "id"),
    TEXT("title", "full title"),
    TEXT("short_title", "without 中华人民共和国"),
    TEXT("category", "id"),
    TEXT("category_title", "Chinese"),
    MAYBE_TEXT("of", "the law it was printed with"),
    INT("articles", "of the text in force today"),
    MAYBE_DATE("made", "passed, or amended last"),
    TEXT("made_by", "adopted, revised, amended"),
    MAYBE_DATE("in_force_from", "that text; absent: not told"),
    MAYBE_DATE("next_from", "a newer text comes into force"),
    MAYBE_DATE("repealed_from", "another statute says so"),
    INT("versions", "texts held"),
    BIND_END,
};
const Bind law_list_out[] = {
    BOOL("loaded", "false: nobody has loaded any law yet"),
    INT("held", "laws in the library, without what was printed with them"),
    INT("missing", "texts that must be imported again"),
    MAYBE_TEXT("imported_at", "instant of the last import"),
    LIST("categories", law_category_out, "all"),
    MAYBE_LIST("direct", law_direct_out, "what the text cites"),
    INT("total", "items of the whole list"),
    LIST("items", law_item_out, "this page"),
    MAYBE_TEXT("next", "cursor of the next page; absent on the last"),
    BIND_END,
};

const Bind law_version_out[] = {
    INT("version", "number"),
    MAYBE_DATE("made", "passed, or amended last"),
    TEXT("made_by", "adopted, revised, amended"),
    MAYBE_DATE("in_force_from", "absent: not told"),
    MAYBE_DATE("in_force_to", "last day, as far as it is known"),
    BOOL("corrected", "another text of the same day came later"),
    INT("articles", "so many"),
    BIND_END,
};
const Bind law_line_out[] = {
    TEXT("text", "one line"),
    INT("paragraph", "款"),
    INT("item", "项; 0: none"),
    BIND_END,
};
const Bind law_piece_out[] = {
    TEXT("kind", "heading, article, text"),
    INT("level", "of a heading: 1 编, 2 分编, 3 章, 4 节"),
    TEXT("label", "第五十七条; empty where it is no article"),
    TEXT("anchor", "57, 120-1, h3: unique within the text"),
    LIST("lines", law_line_out, "what it says"),
    BIND_END,
};
const Bind law_beside_out[] = {
    TEXT("law", "id"),
    TEXT("title", "full title"),
    BIND_END,
};
const Bind law_out[] = {
    TEXT("law", "id"),
    TEXT("title", "full title"),
    TEXT("short_title", "without 中华人民共和国"),
    TEXT("category", "id"),
    TEXT("category_title", "Chinese"),
    TEXTS("notes", "how it was made, as printed"),
    MAYBE_TEXT("commencement", "the sentence that tells from when it is in force"),
    INT("version", "which text this is"),
    INT("current", "which text is in force today"),
    LIST("versions", law_version_out, "oldest first"),
    INT("articles", "so many"),
    MAYBE_DATE("repealed_from", "another statute says so"),
    MAYBE_OBJECT("repealed_by", law_beside_out, "that statute"),
    MAYBE_OBJECT("of", law_beside_out, "the law it was printed with"),
    LIST("beside", law_beside_out, "amendments and decisions printed with it"),
    LIST("pieces", law_piece_out, "headings and articles in order"),
    BIND_END,
};

const Bind law_hit_out[] = {
    TEXT("law", "id"),
    TEXT("title", "of the law, short"),
    TEXT("label", "第五十七条, or the heading"),
    TEXT("anchor", "of the article"),
    TEXT("before", "excerpt"),
    TEXT("match", "the first word"),
    TEXT("after", "excerpt"),
    BIND_END,
};
PAGE(law_hit_list_out, law_hit_out);

const Bind law_cited_out[] = {
    TEXT("label", "第五条第二款"),
    MAYBE_TEXT("anchor", "of the article; absent: it cannot be opened"),
    VERDICT_ROWS,
    TEXT("text", "exactly what was asked for"),
    BIND_END,
};
const Bind law_lookup_out[] = {
    MAYBE_TEXT("law", "id; absent: not held"),
    MAYBE_TEXT("title", "full title"),
    LIST("cited", law_cited_out, "each article; without one the law itself"),
    BIND_END,
};
const Bind law_lookup_list_out[] = {
    BOOL("loaded", "false: nobody has loaded any law yet"),
    LIST("items", law_lookup_out, "in the order asked"),
    BIND_END,
};

const Bind law_citation_out[] = {
    INT("from", "first character of the text"),
    INT("to", "behind the last one"),
    TEXT("cited", "as written"),
    TEXT("name", "of the law, as written"),
    TEXT("label", "《行政处罚法》第五十七条"),
    MAYBE_TEXT("law", "id; absent: not held"),
    MAYBE_TEXT("anchor", "of the article"),
    VERDICT_ROWS,
    TEXT("text", "what the statute says there"),
    BIND_END,
};
const Bind law_check_out[] = {
    BOOL("loaded", "false: nobody has loaded any law yet"),
    INT("wrong", "of the citations"),
    INT("unchecked", "of the citations"),
    LIST("citations", law_citation_out, "in the order of the text"),
    BIND_END,
};

const Bind law_import_out[] = {
    INT("laws", "in the file"),
    INT("articles", "in the file"),
    INT("added", "texts that were not there before"),
    TEXT("law", "id"),
    TEXT("title", "full title"),
    MAYBE_DATE("in_force_from", "absent: not told"),
    BIND_END,
};

/* --- routes ----------------------------------------------------------------------------------- */

const Route law_routes[] = {
    {GET, "/api/laws", ACCESS_USER, .name = "law_list", .needs = PERMISSION_SELF, .steady = true,
     QUERY(list_query, LawListQuery), .out = law_list_out, RUN(api_law_list),
     .help = "Laws of the statute library, by category and title"},
    {GET, "/api/laws/{law}", ACCESS_USER, .name = "law_get", .needs = PERMISSION_SELF,
     .steady = true, QUERY(get_query, LawGetQuery), .out = law_out, RUN(api_law_get),
     .help = "A law with all its articles, in one of its versions"},
    {GET, "/api/law-search", ACCESS_USER, .name = "law_search", .needs = PERMISSION_SELF,
     .steady = true, QUERY(search_in_query, LawSearchQuery), .out = law_hit_list_out,
     RUN(api_law_search), .help = "Words in the full text, with excerpts"},
    {POST, "/api/law-lookups", ACCESS_USER, .name = "law_lookup", .needs = PERMISSION_SELF,
     IN(lookup_in, LawLookupIn), .out = law_lookup_list_out, RUN(api_law_lookup),
     .help = "Articles that something rests on: where they are, and whether they hold"},
    {POST, "/api/law-checks", ACCESS_USER, .name = "law_check", .needs = PERMISSION_SELF,
     IN(check_in, LawCheckIn), .out = law_check_out, RUN(api_law_check),
     .help = "Every citation of a text, with its place and a verdict"},
    {POST, "/api/law-imports", ACCESS_USER, ROUTE_UPLOAD, .name = "law_import",
     .needs = PERMISSION_LAW_IMPORT, QUERY(import_query, LawImportQuery), .out = law_import_out,
     .status = 201, RUN(api_law_import),
     .help = "One law as a Markdown file (raw body, at most 4 MiB)"},
    {0},
};
