/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/openapi.c: the route table as an OpenAPI 3.1 document. */
#include "http/generate.h"
#include "http/shapes.h"

#include <ctype.h>

static void set_c(Arena *a, Node *map, const char *key, const char *text) {
    node_set_text(a, map, key, str_of(text));
}

static Node *map_of(Arena *a, const char *key, Node *value) {
    Node *map = node_map(a);

    node_set(a, map, key, value);
    return map;
}

static Node *ref_to(Arena *a, const char *name) {
    return map_of(a, "$ref", node_of_text(a, str_format(a, "#/components/schemas/%s", name)));
}

static Node *schema_of_rows(Arena *a, const Bind *rows);

static Node *schema_of_named(Arena *a, const Bind *rows) {
    const Shape *shape = shape_of(rows);

    return shape != NULL ? ref_to(a, shape->name) : schema_of_rows(a, rows);
}

static void set_type(Arena *a, Node *schema, const char *type) {
    set_c(a, schema, "type", type);
}

static void set_enum(Arena *a, Node *schema, const BindName *names) {
    Node *list = node_list(a);

    for (; names->name != NULL; names++)
        node_add(a, list, node_of_text(a, str_of(names->name)));
    node_set(a, schema, "enum", list);
}

static Node *schema_of_value(Arena *a, const Bind *row) {
    Node *schema = node_map(a);

    switch (row->type) {
    case BIND_TYPE_TEXT:
        set_type(a, schema, "string");
        if (row->most != 0)
            node_set_int(a, schema, "maxLength", row->most);
        break;
    case BIND_TYPE_INT:
        set_type(a, schema, "integer");
        if (row->most != 0)
            node_set_int(a, schema, "maximum", row->most);
        break;
    case BIND_TYPE_REAL:
        set_type(a, schema, "number");
        break;
    case BIND_TYPE_BOOL:
        set_type(a, schema, "boolean");
        break;
    case BIND_TYPE_DATE:
        set_type(a, schema, "string");
        set_c(a, schema, "format", "date");
        break;
    case BIND_TYPE_ENUM:
        set_type(a, schema, "string");
        set_enum(a, schema, row->names);
        break;
    case BIND_TYPE_OBJECT:
        schema = schema_of_named(a, row->rows);
        break;
    case BIND_TYPE_TEXTS:
        set_type(a, schema, "array");
        node_set(a, schema, "items", map_of(a, "type", node_of_text(a, STR("string"))));
        break;
    case BIND_TYPE_OBJECTS:
        set_type(a, schema, "array");
        node_set(a, schema, "items", schema_of_named(a, row->rows));
        break;
    case BIND_TYPE_NODE:
    case BIND_END_TYPE:
        break;
    }
    if (row->help != NULL)
        set_c(a, schema, "description", row->help);
    return schema;
}

static Node *schema_of_rows(Arena *a, const Bind *rows) {
    Node *schema = node_map(a), *properties = node_map(a), *required = node_list(a);

    for (const Bind *row = rows; row->type != BIND_END_TYPE; row++) {
        node_set(a, properties, row->key, schema_of_value(a, row));
        if (row->need == REQUIRED)
            node_add(a, required, node_of_text(a, str_of(row->key)));
    }
    set_type(a, schema, "object");
    node_set(a, schema, "properties", properties);
    if (required->count != 0)
        node_set(a, schema, "required", required);
    return schema;
}

static Node *content_of(Arena *a, const char *media, Node *schema) {
    return map_of(a, media, map_of(a, "schema", schema));
}

static Node *parameter_of(Arena *a, const char *in, Str name, bool required, Node *schema) {
    Node *parameter = node_map(a);

    node_set_text(a, parameter, "name", name);
    set_c(a, parameter, "in", in);
    node_set_bool(a, parameter, "required", required);
    node_set(a, parameter, "schema", schema);
    return parameter;
}

static Node *text_schema(Arena *a) {
    return map_of(a, "type", node_of_text(a, STR("string")));
}

static Node *parameters_of(Arena *a, const Route *r) {
    Node *list = node_list(a);
    Str rest = str_of(r->path), name;

    while (route_param_name(&rest, &name))
        node_add(a, list, parameter_of(a, "path", name, true, text_schema(a)));
    for (const Bind *row = r->query; row != NULL && row->type != BIND_END_TYPE; row++)
        node_add(a, list,
                 parameter_of(a, "query", str_of(row->key), row->need == REQUIRED,
                              schema_of_value(a, row)));
    if (r->method != GET && r->access == ACCESS_USER)
        node_add(a, list, parameter_of(a, "header", STR("X-CSRF-Token"), true, text_schema(a)));
    if (r->method == POST && r->access == ACCESS_USER)
        node_add(a, list, parameter_of(a, "header", STR("Idempotency-Key"), false, text_schema(a)));
    return list;
}

static Node *reply_of(Arena *a, const Route *r) {
    Node *reply = node_map(a);
    const char *media = r->kind == ROUTE_DOWNLOAD ? "application/octet-stream"
                        : r->kind == ROUTE_STREAM ? "text/event-stream"
                                                  : "application/json";

    set_c(a, reply, "description", r->help);
    if (r->out != NULL)
        node_set(a, reply, "content", content_of(a, media, schema_of_named(a, r->out)));
    else if (r->kind != ROUTE_JSON)
        node_set(a, reply, "content", content_of(a, media, node_map(a)));
    return reply;
}

static Node *operation_of(Arena *a, const Route *r) {
    Node *operation = node_map(a), *replies = node_map(a), *problem = node_map(a);
    Str status = str_format(a, "%d", route_status(r));

    set_c(a, operation, "operationId", r->name);
    set_c(a, operation, "summary", r->help);
    node_set(a, operation, "parameters", parameters_of(a, r));
    if (r->in != NULL)
        node_set(a, operation, "requestBody",
                 map_of(a, "content", content_of(a, "application/json", schema_of_rows(a, r->in))));
    if (r->kind == ROUTE_UPLOAD)
        node_set(a, operation, "requestBody",
                 map_of(a, "content", content_of(a, "application/octet-stream", node_map(a))));
    node_set(a, replies, str_c(a, status), reply_of(a, r));
    set_c(a, problem, "description", "an error, with a Chinese sentence");
    node_set(a, problem, "content",
             content_of(a, "application/problem+json", ref_to(a, "Problem")));
    node_set(a, replies, "default", problem);
    node_set(a, operation, "responses", replies);
    if (r->access == ACCESS_ANYONE)
        node_set(a, operation, "security", node_list(a));
    return operation;
}

static char *lower(Arena *a, const char *s) {
    char *out = str_c(a, str_of(s));

    for (char *p = out; *p != '\0'; p++)
        *p = (char)tolower((unsigned char)*p);
    return out;
}

/* The operations of a path, made when it is met first. */
static Node *methods_of(Arena *a, Node *paths, const char *path) {
    for (size_t i = 0; i < paths->count; i++)
        if (str_is(paths->keys[i], path))
            return paths->items[i];
    Node *methods = node_map(a);

    node_set(a, paths, path, methods);
    return methods;
}

static Node *paths_of(Arena *a, const Route *const *tables) {
    Node *paths = node_map(a);

    for (; *tables != NULL; tables++)
        for (const Route *r = *tables; r->method != METHOD_NONE; r++)
            node_set(a, methods_of(a, paths, r->path), lower(a, method_name(r->method)),
                     operation_of(a, r));
    return paths;
}

Node *generate_openapi(Arena *a, const Route *const *tables) {
    Node *document = node_map(a), *info = node_map(a), *schemas = node_map(a);
    Node *components = node_map(a), *cookie = node_map(a);

    set_c(a, document, "openapi", "3.1.0");
    set_c(a, info, "title", "Lianheng 联衡");
    set_c(a, info, "version", LIANHENG_VERSION);
    node_set(a, document, "info", info);
    node_set(a, document, "paths", paths_of(a, tables));
    for (const Shape *s = shapes; s->name != NULL; s++)
        node_set(a, schemas, s->name, schema_of_rows(a, s->rows));
    node_set(a, components, "schemas", schemas);
    set_c(a, cookie, "type", "apiKey");
    set_c(a, cookie, "in", "cookie");
    set_c(a, cookie, "name", "lianheng_session");
    node_set(a, components, "securitySchemes", map_of(a, "session", cookie));
    node_set(a, document, "components", components);
    Node *needs = node_list(a);

    node_add(a, needs, map_of(a, "session", node_list(a)));
    node_set(a, document, "security", needs);
    return document;
}
