/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/route_test.c: which row a request means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "http/route.h"

static const Route table[] = {
    {GET, "/api/things", ACCESS_USER, .name = "list"},
    {POST, "/api/things", ACCESS_USER, .name = "create"},
    {GET, "/api/things/{id}", ACCESS_USER, .name = "one"},
    {GET, "/api/things/{id}/parts/{part}", ACCESS_USER, .name = "part", .status = 201},
    {0},
};
static const Route *const tables[] = {table, NULL};

static void finds_rows(void **state) {
    static const struct {
        Method method;
        const char *path, *name; /* NULL: none */
        bool other_method;
    } cases[] = {
        {GET, "/api/things", "list", false},
        {POST, "/api/things", "create", false},
        {DELETE, "/api/things", NULL, true},
        {GET, "/api/things/7", "one", false},
        {GET, "/api/things/%E5%BC%A0", "one", false},
        {GET, "/api/things/", NULL, false},
        {GET, "/api/things//parts/1", NULL, false},
        {GET, "/api/things/7/parts/x", "part", false},
        {GET, "/api/things/7/parts", NULL, false},
        {GET, "/api/things/7/parts/x/y", NULL, false},
        {GET, "/API/things", NULL, false},
        {GET, "", NULL, false},
        {GET, "/", NULL, false},
        {PUT, "/api/things/7", NULL, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        RouteMatch m = route_find(tables, cases[i].method, str_of(cases[i].path));

        assert_int_equal(m.route != NULL, cases[i].name != NULL);
        if (m.route != NULL)
            assert_string_equal(m.route->name, cases[i].name);
        else
            assert_int_equal(m.other_method, cases[i].other_method);
    }
}

static void tells_parameters(void **state) {
    RouteMatch m = route_find(tables, GET, STR("/api/things/a%20b/parts/12"));
    Str rest = str_of(m.route->path), name;

    (void)state;
    assert_true(str_is(m.params[0], "a%20b"));
    assert_true(str_is(m.params[1], "12"));
    assert_true(route_param_name(&rest, &name) && str_is(name, "id"));
    assert_true(route_param_name(&rest, &name) && str_is(name, "part"));
    assert_false(route_param_name(&rest, &name));
}

static void knows_methods_and_statuses(void **state) {
    (void)state;
    assert_int_equal(method_of(STR("PUT")), PUT);
    assert_int_equal(method_of(STR("put")), METHOD_NONE);
    assert_int_equal(method_of(STR("")), METHOD_NONE);
    assert_int_equal(route_status(&table[0]), 204);
    assert_int_equal(route_status(&table[3]), 201);
}

/* Somebody must have decided who may: the server asks this before it starts. */
static void every_route_needs_a_permission(void **state) {
    static const Route fine[] = {
        {GET, "/api/open", ACCESS_ANYONE, .name = "open"},
        {GET, "/api/mine", ACCESS_USER, .name = "mine", .needs = PERMISSION_SELF},
        {0},
    };
    static const Route *const good[] = {fine, NULL}, *const bad[] = {fine, table, NULL};

    (void)state;
    assert_null(route_without_permission(good));
    assert_ptr_equal(route_without_permission(bad), &table[0]);
    assert_null(route_without_permission(route_tables));
}

/* The zero of the column must deny. */
static void forgotten_access_is_nobody(void **state) {
    static const Route forgotten = {GET, "/api/forgotten", .name = "forgotten"};

    (void)state;
    assert_int_equal(forgotten.access, ACCESS_NOBODY);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_rows),
        cmocka_unit_test(tells_parameters),
        cmocka_unit_test(knows_methods_and_statuses),
        cmocka_unit_test(every_route_needs_a_permission),
        cmocka_unit_test(forgotten_access_is_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
