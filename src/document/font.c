/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/font.c: families found by fontconfig, loaded by pango, once per thread. */
#include "document/font.h"

#include "document/font_small.h"

#include <assert.h>
#include <fontconfig/fontconfig.h>
#include <hb.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-font.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* Faces are loaded at one size; everything is told in em. */
enum { SIZE = 100, UNIT = SIZE * PANGO_SCALE, FACES = 64, CHAIN = 32 };

struct FontFace {
    PangoFont *font;
    hb_font_t *hb;
    cairo_font_face_t *cairo;
    const FontSmall *small; /* NULL: only the whole font */
    cairo_font_face_t *small_cairo;
    char *family;
    bool bold, thicken;
};

typedef struct Chain {
    const FontFace *faces[CHAIN]; /* loaded so far, in order; the first always */
    size_t count;
    bool own;
    char *names; /* the chain as text */
    size_t read; /* how much of it has been looked at */
    double middle;
} Chain;

struct FontSet {
    PangoFontMap *map;
    PangoContext *context;
    hb_buffer_t *buffer;
    FontFace *faces[FACES];
    size_t face_count;
    Chain chains[FONT_ROLE_COUNT];
};

static const struct {
    const char *name, *chain;
} ROLES[FONT_ROLE_COUNT] = {
    [FONT_BODY] =
        {"仿宋",
         "仿宋_GB2312,FangSong_GB2312,仿宋,FangSong,方正仿宋_GBK,FZFangSong-Z02,方正仿宋简体,"
         "华文仿宋,STFangsong,Zhuque Fangsong (technical preview)|"
         "Noto Serif CJK SC,Source Han Serif SC,思源宋体,AR PL UMing CN,Noto Sans CJK SC,DejaVu "
         "Sans"},
    [FONT_TITLE] =
        {"小标宋",
         "方正小标宋简体,FZXiaoBiaoSong-B05S,方正小标宋_GBK,FZXiaoBiaoSong-B05,方正小标宋,小标宋|"
         "华文中宋,STZhongsong,Noto Serif CJK SC:bold,Source Han Serif SC:bold,思源宋体:bold,"
         "Noto Serif CJK SC,AR PL UMing CN,Noto Sans CJK SC,DejaVu Sans"},
    [FONT_BLACK] = {"黑体",
                    "黑体,SimHei,方正黑体_GBK,FZHei-B01,方正黑体简体,华文黑体,STHeiti|"
                    "Noto Sans CJK SC:bold,Source Han Sans SC:bold,思源黑体:bold,WenQuanYi Zen Hei,"
                    "Noto Serif CJK SC:bold,DejaVu Sans:bold"},
    [FONT_REGULAR] =
        {"楷体",
         "楷体_GB2312,KaiTi_GB2312,楷体,KaiTi,方正楷体_GBK,FZKai-Z03,方正楷体简体,华文楷体,STKaiti|"
         "AR PL KaitiM GB,AR PL UKai CN,LXGW WenKai,霞鹜文楷,Noto Serif CJK SC,"
         "Source Han Serif SC,思源宋体,Noto Sans CJK SC,DejaVu Sans"},
    [FONT_SONG] = {"宋体", "宋体,SimSun,NSimSun,方正书宋_GBK,方正书宋简体,华文宋体,STSong|"
                           "Noto Serif CJK SC,Source Han Serif SC,思源宋体,AR PL UMing CN,Noto "
                           "Sans CJK SC,DejaVu Sans"},
    [FONT_BOLD] =
        {"仿宋加粗",
         "仿宋_GB2312:bold,FangSong_GB2312:bold,仿宋:bold,FangSong:bold,方正仿宋_GBK:bold,"
         "方正仿宋简体:bold,华文仿宋:bold,STFangsong:bold|"
         "Noto Serif CJK SC:bold,Source Han Serif SC:bold,思源宋体:bold,Noto Sans CJK SC:bold,"
         "DejaVu Sans:bold"},
};

const char *font_role_name(FontRole role) {
    return ROLES[role].name;
}

const char *font_role_chain(FontRole role) {
    return ROLES[role].chain;
}

/* Is a family of this name installed? Pango's own list knows a family only by its first name, and
 * Chinese fonts have two. */
static bool installed(const char *family) {
    FcPattern *wanted = FcPatternBuild(NULL, FC_FAMILY, FcTypeString, family, (char *)NULL);
    FcObjectSet *objects = FcObjectSetBuild(FC_FILE, (char *)NULL);
    FcFontSet *found = FcFontList(NULL, wanted, objects);
    bool any = found != NULL && found->nfont > 0;

    if (found != NULL)
        FcFontSetDestroy(found);
    FcObjectSetDestroy(objects);
    FcPatternDestroy(wanted);
    return any;
}

/* Rules of a system may put another family in place of the one that was asked for. */
static bool is_family(PangoFont *font, const char *family) {
    FcPattern *pattern = pango_fc_font_get_pattern(PANGO_FC_FONT(font));
    FcChar8 *name;

    for (int i = 0; FcPatternGetString(pattern, FC_FAMILY, i, &name) == FcResultMatch; i++)
        if (FcStrCmpIgnoreCase(name, (const FcChar8 *)family) == 0)
            return true;
    return false;
}

/* Bold as it was drawn, not a face that the system says it will thicken. */
static bool is_bold(PangoFont *font) {
    FcPattern *pattern = pango_fc_font_get_pattern(PANGO_FC_FONT(font));
    FcBool thickened = FcFalse;
    int weight = 0;

    FcPatternGetInteger(pattern, FC_WEIGHT, 0, &weight);
    FcPatternGetBool(pattern, FC_EMBOLDEN, 0, &thickened);
    return weight >= FC_WEIGHT_DEMIBOLD && !thickened;
}

static PangoFont *load_font(FontSet *set, const char *family, bool bold) {
    PangoFontDescription *wanted = pango_font_description_new();
    PangoFont *font;

    pango_font_description_set_family(wanted, family);
    pango_font_description_set_weight(wanted, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(wanted, UNIT);
    font = pango_font_map_load_font(set->map, set->context, wanted);
    pango_font_description_free(wanted);
    return font;
}

static void face_free(FontFace *face) {
    if (face == NULL)
        return;
    cairo_font_face_destroy(face->cairo);
    cairo_font_face_destroy(face->small_cairo);
    if (face->font != NULL)
        g_object_unref(face->font);
    free(face->family);
    free(face);
}

/* Cut it down where that pays. */
static void face_small(FontFace *face) {
    FcPattern *pattern = pango_fc_font_get_pattern(PANGO_FC_FONT(face->font));
    FcChar8 *file;
    char key[1024];
    int index = 0;

    if (FcPatternGetString(pattern, FC_FILE, 0, &file) != FcResultMatch)
        return;
    FcPatternGetInteger(pattern, FC_INDEX, 0, &index);
    snprintf(key, sizeof key, "%s:%d", (const char *)file, index);
    face->small = font_small(face->hb, key);
    if (face->small != NULL && (face->small_cairo = font_small_face(face->small)) == NULL)
        face->small = NULL;
}

/* The font itself, never one that the system thickens by itself: that could not be cut down. */
static PangoFont *load_own(FontSet *set, const char *family, bool bold, bool *thicken) {
    PangoFont *font = load_font(set, family, bold);

    *thicken = bold && font != NULL && !is_bold(font);
    if (!*thicken)
        return font;
    g_object_unref(font);
    return load_font(set, family, false);
}

static FontFace *face_load(FontSet *set, const char *family, bool bold) {
    bool thicken;
    PangoFont *font = installed(family) ? load_own(set, family, bold, &thicken) : NULL;
    cairo_scaled_font_t *scaled;
    FontFace *face;

    if (font == NULL)
        return NULL;
    scaled = pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(font));
    if (!is_family(font, family) || scaled == NULL || cairo_scaled_font_status(scaled)) {
        g_object_unref(font);
        return NULL;
    }
    face = calloc(1, sizeof *face);
    assert(face != NULL);
    face->font = font;
    face->hb = pango_font_get_hb_font(font);
    face->cairo = cairo_font_face_reference(cairo_scaled_font_get_font_face(scaled));
    face->family = strdup(family);
    face->bold = bold;
    face->thicken = thicken;
    face_small(face);
    return face;
}

/* The face of that name, loaded when it is asked for first; NULL: not installed. */
static const FontFace *face_of(FontSet *set, const char *family, bool bold) {
    FontFace *face;

    for (size_t i = 0; i < set->face_count; i++)
        if (set->faces[i]->bold == bold && strcmp(set->faces[i]->family, family) == 0)
            return set->faces[i];
    if (set->face_count == FACES || (face = face_load(set, family, bold)) == NULL)
        return NULL;
    set->faces[set->face_count++] = face;
    return face;
}

/* Bring in the next installed family of a chain; false at its end. */
static bool chain_next(FontSet *set, Chain *chain) {
    const char *text = chain->names;

    while (chain->count < CHAIN && text[chain->read] != '\0') {
        size_t from = chain->read, to = from + strcspn(text + from, ",|");
        Str name = str_trim((Str){text + from, to - from});
        bool bold = str_ends(name, STR(":bold"));
        bool own = memchr(text, '|', to) == NULL;
        char family[128];
        const FontFace *face;

        chain->read = to + (text[to] != '\0');
        if (bold)
            name = str_trim(str_slice(name, 0, name.len - 5));
        if (name.len == 0 || name.len >= sizeof family)
            continue;
        memcpy(family, name.ptr, name.len);
        family[name.len] = '\0';
        if ((face = face_of(set, family, bold)) == NULL)
            continue;
        if (chain->count == 0)
            chain->own = own;
        chain->faces[chain->count++] = face;
        return true;
    }
    return false;
}

static bool has(const FontFace *face, uint32_t rune, hb_codepoint_t *id) {
    return hb_font_get_nominal_glyph(face->hb, rune, id) && *id != 0;
}

static Glyph glyph_of(const FontFace *face, hb_codepoint_t id) {
    return (Glyph){face, id, hb_font_get_glyph_h_advance(face->hb, id) / (double)UNIT, 0, 0, 0};
}

/* The set is written only to bring in further families, by its own thread. */
static Chain *chain_of(const FontSet *set, FontRole role) {
    return &((FontSet *)(uintptr_t)set)->chains[role];
}

static const FontFace *face_with(const FontSet *set, FontRole role, uint32_t rune,
                                 hb_codepoint_t *id) {
    Chain *chain = chain_of(set, role);

    for (size_t i = 0; i < chain->count || chain_next((FontSet *)(uintptr_t)set, chain); i++)
        if (has(chain->faces[i], rune, id))
            return chain->faces[i];
    return NULL;
}

bool font_glyph(const FontSet *set, FontRole role, uint32_t rune, Glyph *glyph) {
    hb_codepoint_t id;
    const FontFace *face = face_with(set, role, rune, &id);

    if (face == NULL)
        return false;
    *glyph = glyph_of(face, id);
    return true;
}

/* The first face of the chain that has every character of the text; else the one that has its
 * first. */
static const FontFace *face_for_text(const FontSet *set, FontRole role, Str text) {
    Chain *chain = chain_of(set, role);
    hb_codepoint_t id;
    uint32_t rune;
    Str rest;

    for (size_t i = 0; i < chain->count || chain_next((FontSet *)(uintptr_t)set, chain); i++) {
        bool all = true;

        for (rest = text; all && str_rune(&rest, &rune);)
            all = has(chain->faces[i], rune, &id) || g_unichar_iszerowidth(rune);
        if (all)
            return chain->faces[i];
    }
    rest = text;
    return str_rune(&rest, &rune) ? face_with(set, role, rune, &id) : NULL;
}

const Glyph *font_shape(const FontSet *set, FontRole role, Str text, bool half, Arena *a,
                        size_t *count) {
    static const hb_feature_t half_width = {HB_TAG('h', 'w', 'i', 'd'), 1, 0, (unsigned)-1};
    /* Letters one by one, and the apostrophe as wide as it is. */
    static const hb_feature_t natural[] = {{HB_TAG('l', 'i', 'g', 'a'), 0, 0, (unsigned)-1},
                                           {HB_TAG('p', 'w', 'i', 'd'), 1, 0, (unsigned)-1}};
    const FontFace *face = face_for_text(set, role, text);
    const hb_glyph_info_t *info;
    const hb_glyph_position_t *at;
    unsigned n;
    Glyph *glyphs;

    assert(text.len <= FONT_SHAPED);
    if (face == NULL) {
        *count = 0;
        return NULL;
    }
    hb_buffer_reset(set->buffer);
    hb_buffer_add_utf8(set->buffer, text.ptr, (int)text.len, 0, (int)text.len);
    hb_buffer_guess_segment_properties(set->buffer);
    hb_shape(face->hb, set->buffer, half ? &half_width : natural, half ? 1 : 2);
    info = hb_buffer_get_glyph_infos(set->buffer, &n);
    at = hb_buffer_get_glyph_positions(set->buffer, &n);
    glyphs = arena_array_of(a, n, Glyph);
    for (unsigned i = 0; i < n; i++)
        glyphs[i] = (Glyph){info[i].codepoint != 0 ? face : NULL, info[i].codepoint,
                            at[i].x_advance / (double)UNIT,       at[i].x_offset / (double)UNIT,
                            at[i].y_offset / (double)UNIT,        info[i].cluster};
    *count = n;
    return glyphs;
}

/* ---- ink: harfbuzz tells the box of a curve's handles, which is too large; a millimetre counts */

static void ink_point(Ink *ink, double x, double y) {
    ink->left = fmin(ink->left, x);
    ink->right = fmax(ink->right, x);
    ink->bottom = fmin(ink->bottom, y);
    ink->top = fmax(ink->top, y);
}

static double on_curve(const double p[4], double t) {
    double u = 1 - t;

    return u * u * u * p[0] + 3 * u * u * t * p[1] + 3 * u * t * t * p[2] + t * t * t * p[3];
}

/* Where the curve turns: its derivative, a quadratic, is zero. */
static size_t turns(const double p[4], double t[2]) {
    double a = p[3] - 3 * p[2] + 3 * p[1] - p[0], b = 2 * (p[2] - 2 * p[1] + p[0]);
    double c = p[1] - p[0], root = b * b - 4 * a * c;
    size_t n = 0;

    if (fabs(a) < 1e-9) {
        if (fabs(b) > 1e-9)
            t[n++] = -c / b;
    } else if (root >= 0) {
        t[n++] = (-b + sqrt(root)) / (2 * a);
        t[n++] = (-b - sqrt(root)) / (2 * a);
    }
    return n;
}

static void ink_move(hb_draw_funcs_t *f, void *ink, hb_draw_state_t *s, float x, float y, void *u) {
    (void)f;
    (void)s;
    (void)u;
    ink_point(ink, x, y);
}

static void ink_curve(hb_draw_funcs_t *f, void *ink, hb_draw_state_t *s, float x1, float y1,
                      float x2, float y2, float x3, float y3, void *u) {
    double x[4] = {s->current_x, x1, x2, x3}, y[4] = {s->current_y, y1, y2, y3}, t[4];
    size_t n = turns(x, t);

    (void)f;
    (void)u;
    n += turns(y, t + n);
    ink_point(ink, x3, y3);
    for (size_t i = 0; i < n; i++)
        if (t[i] > 0 && t[i] < 1)
            ink_point(ink, on_curve(x, t[i]), on_curve(y, t[i]));
}

static hb_draw_funcs_t *draw;
static pthread_once_t draw_once = PTHREAD_ONCE_INIT;

static void draw_make(void) {
    draw = hb_draw_funcs_create();
    hb_draw_funcs_set_move_to_func(draw, ink_move, NULL, NULL);
    hb_draw_funcs_set_line_to_func(draw, ink_move, NULL, NULL);
    hb_draw_funcs_set_cubic_to_func(draw, ink_curve, NULL, NULL);
    hb_draw_funcs_make_immutable(draw);
}

Ink font_ink(const Glyph *glyph) {
    Ink ink = {INFINITY, -INFINITY, -INFINITY, INFINITY};

    pthread_once(&draw_once, draw_make);
    if (glyph->face != NULL)
        hb_font_get_glyph_shape(glyph->face->hb, glyph->id, draw, &ink);
    if (ink.left > ink.right)
        return (Ink){0, glyph->advance, 0, 0};
    return (Ink){ink.left / UNIT, ink.right / UNIT, ink.top / UNIT, ink.bottom / UNIT};
}

double font_middle(const FontSet *set, FontRole role) {
    return set->chains[role].middle;
}

/* A character that fills its square shows where the middle of the square is. */
static double middle_of(const FontFace *face) {
    hb_codepoint_t id;
    Glyph glyph;
    Ink ink;

    if (!has(face, 0x56FD, &id)) /* 国 */
        return 0.38;
    glyph = glyph_of(face, id);
    ink = font_ink(&glyph);
    return (ink.top + ink.bottom) / 2;
}

Str font_family(const FontSet *set, FontRole role, bool *own) {
    const Chain *chain = &set->chains[role];

    *own = chain->own && !chain->faces[0]->thicken;
    return str_of(chain->faces[0]->family);
}

cairo_font_face_t *font_cairo(const Glyph *glyphs, size_t count, unsigned long *ids) {
    const FontFace *face = glyphs[0].face;
    bool small = face->small != NULL;

    for (size_t i = 0; i < count && small; i++) {
        uint32_t id;

        small = font_small_glyph(face->small, glyphs[i].id, &id);
        ids[i] = id;
    }
    if (small)
        return face->small_cairo;
    for (size_t i = 0; i < count; i++)
        ids[i] = glyphs[i].id;
    return face->cairo;
}

bool font_thickened(const Glyph *glyph) {
    return glyph->face->thicken;
}

static void set_free(void *object) {
    FontSet *set = object;

    if (set == NULL)
        return;
    for (size_t i = 0; i < set->face_count; i++)
        face_free(set->faces[i]);
    for (size_t i = 0; i < FONT_ROLE_COUNT; i++)
        free(set->chains[i].names);
    hb_buffer_destroy(set->buffer);
    g_object_unref(set->context);
    g_object_unref(set->map);
    free(set);
}

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void key_make(void) {
    int failed = pthread_key_create(&key, set_free);

    assert(failed == 0);
    (void)failed;
}

/* The house's own chains. Texts that were in use once stay: a thread may be reading them. */
typedef struct OwnChain OwnChain;
struct OwnChain {
    OwnChain *before;
    char text[];
};
static _Atomic(OwnChain *) own_chains[FONT_ROLE_COUNT];

static const char *chain_text(const FontChains *chains, FontRole role) {
    const char *text = chains == NULL ? NULL : chains->chain[role];
    const OwnChain *own = own_chains[role];

    if (text != NULL && *text != '\0')
        return text;
    return own != NULL && own->text[0] != '\0' ? own->text : ROLES[role].chain;
}

static FontSet *set_new(const FontChains *chains, Err *e) {
    FontSet *set = calloc(1, sizeof *set);

    assert(set != NULL);
    set->map = pango_cairo_font_map_new();
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(set->map), 72);
    set->context = pango_font_map_create_context(set->map);
    set->buffer = hb_buffer_create();
    for (FontRole i = 0; i < FONT_ROLE_COUNT; i++) {
        Chain *chain = &set->chains[i];

        chain->names = strdup(chain_text(chains, i));
        if (!chain_next(set, chain)) {
            err_set(e, ERR_INVALID, NULL, "没有可用于“%s”的字体，请安装下列之一：%s", ROLES[i].name,
                    chain->names);
            set_free(set);
            return NULL;
        }
        chain->middle = middle_of(chain->faces[0]);
    }
    return set;
}

/* The house's families, and behind them as stand-ins those of the built-in chain. */
static OwnChain *own_chain_new(const char *text, const char *built_in) {
    size_t size = strlen(text) + strlen(built_in) + 2;
    OwnChain *own = malloc(sizeof *own + size);

    assert(own != NULL);
    if (*text == '\0')
        own->text[0] = '\0';
    else
        snprintf(own->text, size, "%s%c%s", text, strchr(text, '|') != NULL ? ',' : '|', built_in);
    char *bar = strchr(own->text, '|');

    /* What the built-in chain calls its own stands in here. */
    for (char *p = bar != NULL ? strchr(bar + 1, '|') : NULL; p != NULL; p = strchr(p, '|'))
        *p = ',';
    return own;
}

void font_chains_use(const FontChains *chains) {
    for (FontRole i = 0; i < FONT_ROLE_COUNT; i++) {
        const char *text = chains == NULL || chains->chain[i] == NULL ? "" : chains->chain[i];
        OwnChain *own = own_chain_new(text, ROLES[i].chain), *before = own_chains[i];

        if (strcmp(before == NULL ? "" : before->text, own->text) == 0) {
            free(own);
            continue;
        }
        own->before = before;
        own_chains[i] = own;
    }
}

FontSet *font_set(const FontChains *chains, Err *e) {
    FontSet *set;
    bool same = true;

    pthread_once(&once, key_make);
    set = pthread_getspecific(key);
    for (FontRole i = 0; set != NULL && i < FONT_ROLE_COUNT; i++)
        same = same && strcmp(set->chains[i].names, chain_text(chains, i)) == 0;
    if (set != NULL && same)
        return set;
    set_free(set);
    pthread_setspecific(key, NULL);
    set = set_new(chains, e);
    pthread_setspecific(key, set);
    return set;
}

/* fontconfig keeps its patterns, and cairo some of its fonts, behind offsets and marked pointers,
 * which the leak checker does not follow. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LEAKS_LOOKED_FOR
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define LEAKS_LOOKED_FOR
#endif
#ifdef LEAKS_LOOKED_FOR
const char *__lsan_default_options(void);
const char *__lsan_default_suppressions(void);

const char *__lsan_default_options(void) {
    return "print_suppressions=0";
}

const char *__lsan_default_suppressions(void) {
    return "leak:libfontconfig\nleak:libcairo\nleak:libpango\n";
}
#endif
