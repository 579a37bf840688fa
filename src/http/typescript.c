/* SPDX-License-Identifier: MulanPSL-2.0 */
/* http/typescript.c: the route table as the client the web page uses. */
#include "http/generate.h"
#include "http/shapes.h"

#include <ctype.h>

/* "batch_rejects_csv" becomes "batchRejectsCsv". */
static void add_camel(Buf *out, Str name, bool upper) {
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '_') {
            upper = true;
            continue;
        }
        buf_add_char(out, upper ? (char)toupper((unsigned char)name.ptr[i]) : name.ptr[i]);
        upper = false;
    }
}

static void add_rows_type(Buf *out, const Bind *rows);

static void add_type(Buf *out, const Bind *row) {
    switch (row->type) {
    case BIND_TYPE_TEXT:
    case BIND_TYPE_DATE:
        buf_add_c(out, "string");
        break;
    case BIND_TYPE_INT:
    case BIND_TYPE_REAL:
        buf_add_c(out, "number");
        break;
    case BIND_TYPE_BOOL:
        buf_add_c(out, "boolean");
        break;
    case BIND_TYPE_ENUM:
        for (const BindName *n = row->names; n->name != NULL; n++)
            buf_addf(out, "%s'%s'", n == row->names ? "" : " | ", n->name);
        break;
    case BIND_TYPE_NODE:
        buf_add_c(out, row->names != NULL ? row->names[0].name : "unknown");
        break;
    case BIND_TYPE_OBJECT:
        add_rows_type(out, row->rows);
        break;
    case BIND_TYPE_TEXTS:
        buf_add_c(out, "string[]");
        break;
    case BIND_TYPE_OBJECTS:
        add_rows_type(out, row->rows);
        buf_add_c(out, "[]");
        break;
    case BIND_END_TYPE:
        break;
    }
}

static void add_members(Buf *out, const Bind *rows, const char *indent, bool reply) {
    for (const Bind *row = rows; row->type != BIND_END_TYPE; row++) {
        buf_addf(out, "%s/** %s */\n%s%s%s: ", indent, row->help, indent, row->key,
                 row->need == REQUIRED ? "" : "?");
        add_type(out, row);
        /* Layers write an absent value as null or not at all. */
        buf_addf(out, "%s;\n", row->need == OPTIONAL && reply ? " | null" : "");
    }
}

static void add_rows_type(Buf *out, const Bind *rows) {
    const Shape *shape = shape_of(rows);

    if (shape != NULL) {
        buf_add_c(out, shape->name);
        return;
    }
    buf_add_c(out, "{ ");
    for (const Bind *row = rows; row->type != BIND_END_TYPE; row++) {
        buf_addf(out, "%s%s: ", row->key, row->need == REQUIRED ? "" : "?");
        add_type(out, row);
        buf_add_c(out, "; ");
    }
    buf_add_c(out, "}");
}

static void add_shapes(Buf *out) {
    for (const Shape *s = shapes; s->name != NULL; s++) {
        buf_addf(out, "/** %s */\nexport interface %s {\n", s->help, s->name);
        add_members(out, s->rows, "  ", true);
        buf_add_c(out, "}\n\n");
    }
}

static void add_inputs(Buf *out, const Route *const *tables, bool query) {
    for (; *tables != NULL; tables++) {
        for (const Route *r = *tables; r->method != METHOD_NONE; r++) {
            const Bind *rows = query ? r->query : r->in;

            if (rows == NULL)
                continue;
            buf_add_c(out, "export interface ");
            add_camel(out, str_of(r->name), true);
            buf_addf(out, "%s {\n", query ? "Query" : "Body");
            add_members(out, rows, "  ", false);
            buf_add_c(out, "}\n\n");
        }
    }
}

static bool needs_any(const Bind *rows) {
    for (; rows->type != BIND_END_TYPE; rows++)
        if (rows->need == REQUIRED)
            return true;
    return false;
}

/* `/api/batches/${encodeURIComponent(n)}/rejects` */
static void add_path(Buf *out, const Route *r) {
    Str rest = str_of(r->path), piece;
    bool first = true;

    buf_add_char(out, '`');
    while (str_split(&rest, '/', &piece)) {
        if (!first)
            buf_add_char(out, '/');
        first = false;
        if (piece.len > 2 && piece.ptr[0] == '{')
            buf_addf(out, "${encodeURIComponent(%.*s)}", (int)piece.len - 2, piece.ptr + 1);
        else
            buf_add(out, piece);
    }
    if (r->query != NULL)
        buf_add_c(out, "${queryText(query)}");
    buf_add_char(out, '`');
}

static void add_arguments(Buf *out, const Route *r) {
    Str rest = str_of(r->path), name;
    const char *comma = "";

    while (route_param_name(&rest, &name)) {
        buf_addf(out, "%s%.*s: string | number", comma, STR_ARG(name));
        comma = ", ";
    }
    if (r->in != NULL) {
        buf_addf(out, "%sbody: ", comma);
        add_camel(out, str_of(r->name), true);
        buf_addf(out, "Body%s", needs_any(r->in) ? "" : " = {}");
        comma = ", ";
    }
    if (r->kind == ROUTE_UPLOAD) {
        buf_addf(out, "%sfile: Blob", comma);
        comma = ", ";
    }
    if (r->query != NULL) {
        buf_addf(out, "%squery: ", comma);
        add_camel(out, str_of(r->name), true);
        buf_addf(out, "Query%s", needs_any(r->query) ? "" : " = {}");
        comma = ", ";
    }
    if (r->kind == ROUTE_UPLOAD)
        buf_addf(out, "%soptions: UploadOptions = {}", comma);
    else if (r->kind == ROUTE_JSON || r->kind == ROUTE_DOCUMENT)
        buf_addf(out, "%soptions: CallOptions = {}", comma);
}

static void add_reply(Buf *out, const Route *r) {
    if (r->out != NULL)
        add_rows_type(out, r->out);
    else
        buf_add_c(out, r->kind == ROUTE_DOCUMENT ? "unknown" : "void");
}

static void add_function(Buf *out, const Route *r) {
    if (r->kind == ROUTE_STREAM)
        return; /* openEvents in the frame */
    buf_addf(out, "  /** %s: %s %s */\n  ", r->help, method_name(r->method), r->path);
    add_camel(out, str_of(r->name), false);
    buf_add_c(out, r->kind == ROUTE_DOWNLOAD ? "Url(" : "(");
    add_arguments(out, r);
    if (r->kind == ROUTE_DOWNLOAD) {
        buf_add_c(out, "): string {\n    return ");
        add_path(out, r);
        buf_add_c(out, ";\n  },\n");
        return;
    }
    buf_add_c(out, "): Promise<");
    add_reply(out, r);
    buf_add_c(out, "> {\n    return ");
    if (r->kind == ROUTE_UPLOAD) {
        buf_add_c(out, "upload<");
        add_reply(out, r);
        buf_add_c(out, ">(");
        add_path(out, r);
        buf_add_c(out, ", file, options);\n  },\n");
        return;
    }
    buf_add_c(out, "call<");
    add_reply(out, r);
    buf_addf(out, ">('%s', ", method_name(r->method));
    add_path(out, r);
    buf_addf(out, ", %s, options);\n  },\n", r->in != NULL ? "body" : "undefined");
}

/* What every call shares. The token for changes is kept from the last session reply. */
static const char frame[] =
    "// Generated from the route table by lianheng_routes --typescript; never edited by hand.\n"
    "/* eslint-disable */\n"
    "\n"
    "/** What went wrong, with the server's sentence for the person in `message`. */\n"
    "export class ApiError extends Error {\n"
    "  readonly status: number;\n"
    "  readonly problem: Problem;\n"
    "  constructor(problem: Problem) {\n"
    "    super(problem.detail);\n"
    "    this.name = 'ApiError';\n"
    "    this.status = problem.status;\n"
    "    this.problem = problem;\n"
    "  }\n"
    "}\n"
    "\n"
    "export interface CallOptions {\n"
    "  signal?: AbortSignal;\n"
    "  /** ETag the change is based on. */\n"
    "  ifMatch?: string;\n"
    "  /** The same key again gives the same answer instead of a second creation. */\n"
    "  idempotencyKey?: string;\n"
    "}\n"
    "\n"
    "export interface UploadOptions extends CallOptions {\n"
    "  onProgress?: (sent: number, total: number) => void;\n"
    "}\n"
    "\n"
    "let csrf = '';\n"
    "let signedOut: (() => void) | undefined;\n"
    "\n"
    "/** Called whenever the server says that nobody is signed in any more. */\n"
    "export function onSignedOut(handler: () => void): void {\n"
    "  signedOut = handler;\n"
    "}\n"
    "\n"
    "function keep(value: unknown): void {\n"
    "  if (value !== null && typeof value === 'object' && 'csrf' in value) {\n"
    "    csrf = String((value as { csrf: unknown }).csrf);\n"
    "  }\n"
    "}\n"
    "\n"
    "function queryText(query: object): string {\n"
    "  const text = new URLSearchParams();\n"
    "  for (const [key, value] of Object.entries(query)) {\n"
    "    if (value !== undefined && value !== null && value !== '') text.set(key, String(value));\n"
    "  }\n"
    "  const out = text.toString();\n"
    "  return out === '' ? '' : `?${out}`;\n"
    "}\n"
    "\n"
    "function problemOf(status: number, text: string): ApiError {\n"
    "  try {\n"
    "    const problem = JSON.parse(text) as Problem;\n"
    "    if (typeof problem.detail === 'string') return new ApiError(problem);\n"
    "  } catch {\n"
    "    // Not from the program itself: a proxy in between, or a reply cut short.\n"
    "  }\n"
    "  return new ApiError({\n"
    "    type: 'about:blank', title: '', status, code: 'unreachable', request: '',\n"
    "    detail: `服务没有正常回答（${status}），请稍后再试。`,\n"
    "  });\n"
    "}\n"
    "\n"
    "function unreachable(): ApiError {\n"
    "  return new ApiError({\n"
    "    type: 'about:blank', title: '', status: 0, code: 'unreachable', request: '',\n"
    "    detail: '连接不上服务，请检查网络或稍后再试。',\n"
    "  });\n"
    "}\n"
    "\n"
    "function headersOf(method: string, options: CallOptions): Record<string, string> {\n"
    "  const headers: Record<string, string> = { Accept: 'application/json' };\n"
    "  if (method !== 'GET' && csrf !== '') headers['X-CSRF-Token'] = csrf;\n"
    "  if (options.ifMatch !== undefined) headers['If-Match'] = options.ifMatch;\n"
    "  if (options.idempotencyKey !== undefined) headers['Idempotency-Key'] = "
    "options.idempotencyKey;\n"
    "  return headers;\n"
    "}\n"
    "\n"
    "async function call<T>(method: string, path: string, body: unknown, options: CallOptions): "
    "Promise<T> {\n"
    "  const headers = headersOf(method, options);\n"
    "  if (body !== undefined) headers['Content-Type'] = 'application/json';\n"
    "  let reply: Response;\n"
    "  try {\n"
    "    reply = await fetch(path, {\n"
    "      method, headers, credentials: 'same-origin', signal: options.signal ?? null,\n"
    "      body: body === undefined ? null : JSON.stringify(body),\n"
    "    });\n"
    "  } catch (error) {\n"
    "    if (error instanceof DOMException && error.name === 'AbortError') throw error;\n"
    "    throw unreachable();\n"
    "  }\n"
    "  const text = await reply.text();\n"
    "  if (!reply.ok) {\n"
    "    if (reply.status === 401 && path !== '/api/session') signedOut?.();\n"
    "    throw problemOf(reply.status, text);\n"
    "  }\n"
    "  const value: unknown = text === '' ? undefined : JSON.parse(text);\n"
    "  keep(value);\n"
    "  return value as T;\n"
    "}\n"
    "\n"
    "/** XMLHttpRequest, because fetch tells no progress of what was sent. */\n"
    "function upload<T>(path: string, file: Blob, options: UploadOptions): Promise<T> {\n"
    "  return new Promise<T>((resolve, reject) => {\n"
    "    const request = new XMLHttpRequest();\n"
    "    request.open('POST', path);\n"
    "    for (const [key, value] of Object.entries(headersOf('POST', options))) "
    "request.setRequestHeader(key, value);\n"
    "    request.setRequestHeader('Content-Type', 'application/octet-stream');\n"
    "    request.upload.onprogress = (event) => options.onProgress?.(event.loaded, event.total);\n"
    "    request.onerror = () => reject(unreachable());\n"
    "    request.onabort = () => reject(new DOMException('aborted', 'AbortError'));\n"
    "    request.onload = () => {\n"
    "      if (request.status >= 200 && request.status < 300) resolve("
    "JSON.parse(request.responseText) as T);\n"
    "      else reject(problemOf(request.status, request.responseText));\n"
    "    };\n"
    "    options.signal?.addEventListener('abort', () => request.abort());\n"
    "    request.send(file);\n"
    "  });\n"
    "}\n"
    "\n"
    "/** Live events of /api/events. `lost` and `found` tell the state of the connection. */\n"
    "export interface EventHandlers {\n"
    "  job?: (job: Job) => void;\n"
    "  batch?: (batch: BatchEvent) => void;\n"
    "  run?: (run: RunEvent) => void;\n"
    "  clue?: (clue: ClueChange) => void;\n"
    "  matter?: (matter: MatterChange) => void;\n"
    "  document?: (document: DocumentChange) => void;\n"
    "  lost?: () => void;\n"
    "  found?: () => void;\n"
    "}\n"
    "\n"
    "/** Opens the stream; the browser reconnects by itself. Returns the function that closes it. "
    "*/\n"
    "export function openEvents(handlers: EventHandlers): () => void {\n"
    "  const source = new EventSource('/api/events');\n"
    "  const on = <T>(name: string, handler: ((value: T) => void) | undefined): void => {\n"
    "    if (handler === undefined) return;\n"
    "    source.addEventListener(name, (event) => handler(JSON.parse((event as "
    "MessageEvent<string>).data) as T));\n"
    "  };\n"
    "  on<Job>('job', handlers.job);\n"
    "  on<BatchEvent>('batch', handlers.batch);\n"
    "  on<RunEvent>('run', handlers.run);\n"
    "  on<ClueChange>('clue', handlers.clue);\n"
    "  on<MatterChange>('matter', handlers.matter);\n"
    "  on<DocumentChange>('document', handlers.document);\n"
    "  source.onerror = () => handlers.lost?.();\n"
    "  source.onopen = () => handlers.found?.();\n"
    "  return () => source.close();\n"
    "}\n"
    "\n";

void generate_typescript(const Route *const *tables, Buf *out) {
    buf_add_c(out, frame);
    add_shapes(out);
    add_inputs(out, tables, true);
    add_inputs(out, tables, false);
    buf_add_c(out, "export const api = {\n");
    for (const Route *const *t = tables; *t != NULL; t++)
        for (const Route *r = *t; r->method != METHOD_NONE; r++)
            add_function(out, r);
    buf_add_c(out, "};\n");
}
