/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/freeze_main.c: run while the program is built: reads the YAML files inside it once, and
 * writes their trees as bytes (data/frozen.h), an assembler file that takes those in, and a table
 * of them (content/embedded.h).
 *
 *     content_freeze OUT.bin OUT.S OUT.c
 *
 * A file with a mistake gets no tree: it is read again by the program, which says what is wrong and
 * where. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "content/embedded.h"
#include "data/frozen.h"

static bool write_file(const char *path, Str bytes) {
    FILE *f = fopen(path, "wb");
    bool good = f != NULL && fwrite(bytes.ptr, 1, bytes.len, f) == bytes.len;

    if (f == NULL || fclose(f) != 0 || !good) {
        perror(path);
        return false;
    }
    return true;
}

static void add_digest(Buf *out, const unsigned char digest[SM3_SIZE]) {
    for (size_t i = 0; i < SM3_SIZE; i++)
        buf_addf(out, "%s%u", i ? ", " : "", digest[i]);
}

static void add_file(const EmbeddedFile *f, Buf *bytes, Buf *table) {
    scoped_arena Arena *a = arena_new();
    Str text = {f->bytes, f->size};
    size_t from = bytes->len;
    unsigned char digest[SM3_SIZE];
    Err e = {0};
    const Node *tree = str_ends(str_of(f->path), STR(".yaml")) && str_utf8_valid(text)
                           ? yaml_read(a, text, f->path, &e)
                           : NULL;

    if (tree != NULL)
        node_freeze(tree, bytes);
    sm3(text.ptr, text.len, digest);
    buf_addf(table, "    {%zu, %zu, {", from, bytes->len - from);
    add_digest(table, digest);
    buf_add_c(table, "}},\n");
}

int main(int argc, char **argv) {
    scoped_buf Buf bytes = {0}, table = {0}, assembler = {0};
    unsigned char digest[SM3_SIZE];

    if (argc != 4)
        return 2;
    buf_init(&bytes, (size_t)64 << 20);
    buf_init(&table, (size_t)8 << 20);
    buf_init(&assembler, 8192);
    buf_add_c(&table, "/* SPDX-License-Identifier: MulanPSL-2.0 */\n"
                      "/* Written by content/freeze_main.c. */\n"
                      "#include \"content/embedded.h\"\n\n"
                      "const FrozenFile content_frozen[] = {\n");
    for (size_t i = 0; i < content_embedded_count; i++)
        add_file(&content_embedded[i], &bytes, &table);
    buf_add_c(&table, "    {0, 0, {0}},\n};\n");
    sm3(bytes.ptr, bytes.len, digest);
    /* The digest, so that it is assembled again when the bytes change. */
    buf_add_c(&assembler, "/* SPDX-License-Identifier: MulanPSL-2.0 */\n"
                          "/* Written by content/freeze_main.c: ");
    buf_add_hex(&assembler, digest, sizeof digest);
    buf_addf(&assembler,
             " */\n    .section .rodata\n    .globl content_frozen_bytes\n"
             "    .hidden content_frozen_bytes\n    .type content_frozen_bytes, %%object\n"
             "    .balign 16\ncontent_frozen_bytes:\n    .incbin \"%s\"\n    .byte 0\n"
             "    .size content_frozen_bytes, . - content_frozen_bytes\n\n"
             "    .section .note.GNU-stack, \"\", %%progbits\n",
             argv[1]);
    return write_file(argv[1], buf_str(&bytes)) && write_file(argv[2], buf_str(&assembler)) &&
                   write_file(argv[3], buf_str(&table))
               ? 0
               : 1;
}
