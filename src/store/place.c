/* SPDX-License-Identifier: MulanPSL-2.0 */
/* store/place.c: addresses of databases. */
#include "store/place.h"

#include <ctype.h>
#include <libpq-fe.h>
#include <string.h>

#include "base/buf.h"

#include "base/banned.h"

enum { ADDRESS_MOST = 2000 };

/* Names go into SQL between quotes; the narrow alphabet keeps that trivially safe. */
static bool schema_name(Str s) {
    if (s.len == 0 || s.len > 48 || !(islower((unsigned char)s.ptr[0]) || s.ptr[0] == '_'))
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!islower((unsigned char)s.ptr[i]) && !isdigit((unsigned char)s.ptr[i]) &&
            s.ptr[i] != '_')
            return false;
    return true;
}

/* Take schema=NAME out of the query part: libpq does not know it. */
static bool split_schema(Arena *a, Str address, Place *out, Err *e) {
    scoped_buf Buf kept;
    ptrdiff_t question = str_find(address, STR("?"));

    buf_init(&kept, ADDRESS_MOST);
    if (question < 0) {
        out->path = str_c(a, address);
        return true;
    }
    buf_add(&kept, str_slice(address, 0, (size_t)question));
    Str rest = str_slice(address, (size_t)question + 1, address.len), piece;

    for (char separator = '?'; str_split(&rest, '&', &piece);) {
        if (str_starts(piece, STR("schema="))) {
            Str name = str_slice(piece, 7, piece.len);

            if (!schema_name(name))
                return err_set(e, ERR_INVALID, NULL,
                               "数据库地址里的 schema 只能用小写字母、数字和下划线，以字母开头");
            out->schema = str_c(a, name);
        } else if (piece.len) {
            buf_add_char(&kept, separator);
            buf_add(&kept, piece);
            separator = '&';
        }
    }
    out->path = str_c(a, buf_str(&kept));
    return true;
}

/* Host, port and database for messages, and the password, to keep it out of them. */
static bool read_parts(Arena *a, Place *out, Err *e) {
    PQconninfoOption *parts = PQconninfoParse(out->path, NULL);
    const char *host = "localhost", *port = "5432", *name = "";

    if (!parts)
        return err_set(e, ERR_INVALID, NULL,
                       "数据库地址写得不对，应写成 postgresql://用户@主机:端口/库名");
    for (const PQconninfoOption *p = parts; p->keyword; p++) {
        if (!p->val || !*p->val)
            continue;
        if (strcmp(p->keyword, "host") == 0 || strcmp(p->keyword, "hostaddr") == 0)
            host = str_c(a, str_of(p->val));
        else if (strcmp(p->keyword, "port") == 0)
            port = str_c(a, str_of(p->val));
        else if (strcmp(p->keyword, "dbname") == 0)
            name = str_c(a, str_of(p->val));
        else if (strcmp(p->keyword, "password") == 0)
            out->secret = str_c(a, str_of(p->val));
    }
    PQconninfoFree(parts);
    out->shown = str_format(a, " PostgreSQL 数据库 %s:%s/%s", host, port, name).ptr;
    return true;
}

bool place_read(Arena *a, const char *text, Place *out, Err *e) {
    Str s = str_of(text);
    Place p = {0};

    if (s.len > ADDRESS_MOST)
        return err_set(e, ERR_INVALID, NULL, "数据库地址太长");
    if (str_starts(s, STR("sqlite:"))) {
        p.path = str_c(a, str_slice(s, 7, s.len));
        p.shown = str_format(a, "数据库文件 %s", p.path).ptr;
        if (!*p.path)
            return err_set(e, ERR_INVALID, NULL, "数据库地址 sqlite: 后面缺少文件路径");
    } else if (str_starts(s, STR("postgresql://")) || str_starts(s, STR("postgres://"))) {
        p.postgresql = true;
        if (!split_schema(a, s, &p, e) || !read_parts(a, &p, e))
            return false;
    } else {
        return err_set(e, ERR_INVALID, NULL,
                       "不认识的数据库地址，应以 sqlite: 或 postgresql:// 开头");
    }
    *out = p;
    return true;
}

Str place_without_secret(const Place *p, Arena *a, const char *message) {
    Str s = str_of(message), secret = str_of(p->secret);
    Buf out;

    if (secret.len == 0)
        return str_trim(str_dup(a, s));
    buf_init(&out, s.len * 4 + 16);
    for (ptrdiff_t at; (at = str_find(s, secret)) >= 0;) {
        buf_add(&out, str_slice(s, 0, (size_t)at));
        buf_add_c(&out, "***");
        s = str_slice(s, (size_t)at + secret.len, s.len);
    }
    buf_add(&out, s);
    Str kept = str_trim(str_dup(a, buf_str(&out)));

    buf_done(&out);
    return kept;
}
