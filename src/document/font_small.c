/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/font_small.c: a large font cut down by harfbuzz, and opened by FreeType. */
#include "document/font_small.h"

#include "base/arena.h"

#include <assert.h>
#include <cairo-ft.h>
#include <ft2build.h>
#include FT_FREETYPE_H
#include <hb-ot.h>
#include <hb-subset.h>
#include <iconv.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { LARGE = 6 << 20 }; /* bytes of the outline table from which cutting pays */

struct FontSmall {
    FontSmall *next;
    char *key;
    bool cut; /* false: it was tried in vain, or is not needed */
    hb_map_t *glyphs;
    hb_blob_t *bytes;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static FontSmall *known;
/* One library for all threads: faces may be freed by another thread than the one that made them,
 * for cairo keeps them a while. Making and freeing faces is done under the lock. */
static pthread_mutex_t faces = PTHREAD_MUTEX_INITIALIZER;
static FT_Library library;

/* The characters of GB 2312, and what stands among them in documents. */
static void add_common(hb_set_t *runes) {
    iconv_t convert = iconv_open("UTF-32LE", "GB18030");

    hb_set_add_range(runes, 0x20, 0x7E);
    hb_set_add_range(runes, 0xA0, 0xFF);
    hb_set_add_range(runes, 0x2010, 0x2027);
    hb_set_add_range(runes, 0x2030, 0x203B);
    if (convert == (iconv_t)-1)
        return;
    for (int row = 0xA1; row <= 0xF7; row++) {
        for (int column = 0xA1; column <= 0xFE; column++) {
            char two[2] = {(char)row, (char)column}, *in = two;
            uint32_t rune = 0;
            char *out = (char *)&rune;
            size_t in_left = 2, out_left = sizeof rune;

            if (iconv(convert, &in, &in_left, &out, &out_left) != (size_t)-1 && in_left == 0 &&
                (rune < 0xE000 || rune > 0xF8FF))
                hb_set_add(runes, rune);
        }
    }
    iconv_close(convert);
}

/* Half-width forms are reached by shaping, not by a code. */
static void add_half_widths(hb_font_t *font, hb_set_t *glyphs) {
    static const hb_feature_t half = {HB_TAG('h', 'w', 'i', 'd'), 1, 0, (unsigned)-1};
    static const char text[] = "0123456789.,:/-%+()";
    hb_buffer_t *buffer = hb_buffer_create();
    const hb_glyph_info_t *info;
    unsigned n;

    hb_buffer_add_utf8(buffer, text, (int)sizeof text - 1, 0, (int)sizeof text - 1);
    hb_buffer_guess_segment_properties(buffer);
    hb_shape(font, buffer, &half, 1);
    info = hb_buffer_get_glyph_infos(buffer, &n);
    for (unsigned i = 0; i < n; i++)
        hb_set_add(glyphs, info[i].codepoint);
    hb_buffer_destroy(buffer);
}

static hb_subset_input_t *input_of(hb_font_t *font) {
    static const char *const unused[] = {"GSUB", "GPOS", "GDEF", "BASE",
                                         "VORG", "vmtx", "vhea", "DSIG"};
    hb_subset_input_t *input = hb_subset_input_create_or_fail();
    hb_set_t *drop;

    assert(input != NULL);
    drop = hb_subset_input_set(input, HB_SUBSET_SETS_DROP_TABLE_TAG);
    for (size_t i = 0; i < sizeof unused / sizeof *unused; i++)
        hb_set_add(drop, hb_tag_from_string(unused[i], -1));
    add_common(hb_subset_input_unicode_set(input));
    add_half_widths(font, hb_subset_input_glyph_set(input));
    hb_subset_input_set_flags(input, HB_SUBSET_FLAGS_DESUBROUTINIZE | HB_SUBSET_FLAGS_NO_HINTING);
    return input;
}

static bool is_large(hb_face_t *face) {
    hb_blob_t *outlines = hb_face_reference_table(face, HB_TAG('C', 'F', 'F', ' '));
    unsigned size = hb_blob_get_length(outlines);

    hb_blob_destroy(outlines);
    return size >= LARGE && !hb_ot_var_has_data(face);
}

static bool cut(FontSmall *small, hb_font_t *font) {
    hb_face_t *face = hb_font_get_face(font), *result;
    hb_subset_input_t *input;
    hb_subset_plan_t *plan;

    if (!is_large(face))
        return false;
    input = input_of(font);
    plan = hb_subset_plan_create_or_fail(face, input);
    result = plan == NULL ? NULL : hb_subset_plan_execute_or_fail(plan);
    if (result != NULL) {
        small->bytes = hb_face_reference_blob(result);
        small->glyphs = hb_map_copy(hb_subset_plan_old_to_new_glyph_mapping(plan));
    }
    hb_face_destroy(result);
    hb_subset_plan_destroy(plan);
    hb_subset_input_destroy(input);
    return small->bytes != NULL && hb_blob_get_length(small->bytes) > 0;
}

const FontSmall *font_small(hb_font_t *font, const char *key) {
    FontSmall *small;

    pthread_mutex_lock(&lock);
    for (small = known; small != NULL && strcmp(small->key, key) != 0;)
        small = small->next;
    if (small == NULL) {
        small = calloc(1, sizeof *small);
        assert(small != NULL);
        small->key = strdup(key);
        small->cut = cut(small, font);
        small->next = known;
        known = small;
    }
    pthread_mutex_unlock(&lock);
    return small->cut ? small : NULL;
}

bool font_small_glyph(const FontSmall *small, uint32_t id, uint32_t *out) {
    *out = hb_map_get(small->glyphs, id);
    return *out != HB_MAP_VALUE_INVALID;
}

static void face_done(void *face) {
    pthread_mutex_lock(&faces);
    FT_Done_Face(face);
    pthread_mutex_unlock(&faces);
}

static FT_Face face_open(const FontSmall *small) {
    unsigned size;
    const char *bytes = hb_blob_get_data(small->bytes, &size);
    FT_Face face = NULL;

    pthread_mutex_lock(&faces);
    if (library != NULL || FT_Init_FreeType(&library) == 0)
        if (FT_New_Memory_Face(library, (const FT_Byte *)bytes, (FT_Long)size, 0, &face) != 0)
            face = NULL;
    pthread_mutex_unlock(&faces);
    return face;
}

cairo_font_face_t *font_small_face(const FontSmall *small) {
    static const cairo_user_data_key_t key;
    FT_Face face = face_open(small);
    cairo_font_face_t *result;

    if (face == NULL)
        return NULL;
    result = cairo_ft_font_face_create_for_ft_face(face, FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP);
    if (cairo_font_face_set_user_data(result, &key, face, face_done) == CAIRO_STATUS_SUCCESS)
        return result;
    cairo_font_face_destroy(result);
    face_done(face);
    return NULL;
}
