/* SPDX-License-Identifier: MulanPSL-2.0 */
/* scenarios/scenario.h: runs one file of requests and expected parts of replies. The words:
 *
 *     # …                              comment
 *     sign in                          as admin, with the first password changed on the way
 *     as NAME                          another browser with its own cookie (the first is called
 * "one") clock 2024-06-03T09:00:00+08:00  freeze the clock there clock +31m and let it pass (s, m,
 * h, d) header NAME: VALUE               with the next request GET|POST|PUT|DELETE|HEAD PATH [JSON]
 * JSON may go on in lines that begin with "  " upload NAME [gb18030|utf-16le]   the lines after it
 * that begin with "| " are sent as a file; its id is then $upload wait SECONDS PATH POINTER VALUE
 * GET again and again until the value is there expect STATUS                    of the last reply
 *     send PATH                        the same lines as the body of an upload to this path
 *     return PATH                      the body of the last reply, uploaded there
 *     raw                              the lines after it that begin with "| " go out as they are
 *     repeat NAME N TEXT               a long text, later as $NAME
 *     expect POINTER VALUE             JSON pointer; texts without quotes
 *     expect POINTER ~ PART            contains
 *     expect POINTER absent|exists
 *     expect POINTER count N           items of a list
 *     expect body ~ PART
 *     expect header NAME VALUE         or: ~ PART, absent
 *     keep NAME POINTER                later as $NAME (also: keep NAME header HEADER)
 *     stream open [PATH]               /api/events
 *     stream says PART                 within ten seconds
 *     stream ends
 *     totp NAME SECRET [STEPS]         what an authenticator shows at the frozen clock, as $NAME
 *     policy choice|administrators|everybody [DAYS]   who needs a second factor; age of passwords
 *     cli [STATUS] WORDS               a command line while the server runs; then: expect body ~
 * PART
 */
#ifndef SCENARIOS_SCENARIO_H
#define SCENARIOS_SCENARIO_H

#include "http/server.h"

typedef struct Stage {
    Office *office;
    Server *server;
    const char *folder;
    Str password;  /* first password of admin */
    int impatient; /* seconds a `wait` lasts at most; 0: as written */
} Stage;

/* False with file:line and what was expected in *e. */
bool scenario_run(const Stage *stage, const char *path, Err *e);

#endif
