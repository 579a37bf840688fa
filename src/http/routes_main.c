/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/routes_main.c: lianheng_routes, the program that writes what the route table says. */
#include "http/generate.h"

#include <stdio.h>

int main(int argc, char **argv) {
    Str what = str_of(argc > 1 ? argv[1] : "");
    scoped_arena Arena *a = arena_new();
    scoped_buf Buf out;

    buf_init(&out, (size_t)16 << 20);
    if (str_is(what, "--openapi")) {
        json_write_pretty(generate_openapi(a, route_tables), &out);
    } else if (str_is(what, "--typescript")) {
        generate_typescript(route_tables, &out);
    } else if (str_is(what, "--markdown")) {
        generate_markdown(route_tables, &out);
    } else {
        fputs("lianheng_routes --openapi | --typescript | --markdown\n", stderr);
        return 2;
    }
    return fwrite(out.ptr, 1, out.len, stdout) == out.len && fflush(stdout) == 0 ? 0 : 1;
}
