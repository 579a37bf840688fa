/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/route.c: finding the row of the route table that a request means. */
#include "http/route.h"

#include <string.h>

static const char *const methods[] = {
    [METHOD_NONE] = "", [GET] = "GET", [POST] = "POST", [PUT] = "PUT", [DELETE] = "DELETE",
};

const char *method_name(Method m) {
    return methods[m];
}

Method method_of(Str name) {
    for (Method m = GET; m <= DELETE; m++)
        if (str_is(name, methods[m]))
            return m;
    return METHOD_NONE;
}

static bool segment_is_param(Str segment) {
    return segment.len > 2 && segment.ptr[0] == '{' && segment.ptr[segment.len - 1] == '}';
}

/* Segment by segment; an empty segment never fills a parameter. */
static bool path_fits(Str pattern, Str path, Str params[ROUTE_PARAMS]) {
    Str want, have;
    size_t n = 0;

    for (;;) {
        bool more_want = str_split(&pattern, '/', &want);
        bool more_have = str_split(&path, '/', &have);

        if (more_want != more_have)
            return false;
        if (!more_want)
            return true;
        if (!segment_is_param(want)) {
            if (!str_eq(want, have))
                return false;
            continue;
        }
        if (have.len == 0 || n == ROUTE_PARAMS)
            return false;
        params[n++] = have;
    }
}

RouteMatch route_find(const Route *const *tables, Method method, Str path) {
    RouteMatch match = {0};

    for (; *tables != NULL; tables++) {
        for (const Route *r = *tables; r->method != METHOD_NONE; r++) {
            if (!path_fits(str_of(r->path), path, match.params))
                continue;
            if (r->method == method) {
                match.route = r;
                match.other_method = false;
                return match;
            }
            match.other_method = true;
        }
    }
    return match;
}

const Route *route_without_permission(const Route *const *tables) {
    for (; *tables != NULL; tables++)
        for (const Route *r = *tables; r->method != METHOD_NONE; r++)
            if (r->access != ACCESS_ANYONE && r->access != ACCESS_NOBODY &&
                r->needs == PERMISSION_NONE)
                return r;
    return NULL;
}

bool route_param_name(Str *rest, Str *name) {
    Str segment;

    while (str_split(rest, '/', &segment)) {
        if (!segment_is_param(segment))
            continue;
        *name = str_slice(segment, 1, segment.len - 1);
        return true;
    }
    return false;
}

int route_status(const Route *r) {
    return r->status != 0 ? r->status : r->out == NULL && r->kind == ROUTE_JSON ? 204 : 200;
}
