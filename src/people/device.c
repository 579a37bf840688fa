/* SPDX-License-Identifier: MulanPSL-2.0 */
/* people/device.c: a User-Agent in few words, made of our own words only. */
#include <stdio.h>

#include "people/account.h"

#include "base/banned.h"

typedef struct Mark {
    const char *mark, *word;
} Mark;

/* The first that is found counts: browsers name the others, too. */
static const char *word_of(Str agent, const Mark *marks, ptrdiff_t *at) {
    for (; marks->mark; marks++) {
        *at = str_find(agent, str_of(marks->mark));
        if (*at >= 0) {
            *at += (ptrdiff_t)str_of(marks->mark).len;
            return marks->word;
        }
    }
    return NULL;
}

static int version_at(Str agent, ptrdiff_t at) {
    int n = 0;

    for (size_t i = (size_t)at; i < agent.len && agent.ptr[i] >= '0' && agent.ptr[i] <= '9'; i++)
        n = n < 1000 ? n * 10 + (agent.ptr[i] - '0') : n;
    return n;
}

void device_words(Str agent, char out[DEVICE_WORDS]) {
    static const Mark systems[] = {
        {"HarmonyOS", "鸿蒙"}, {"OpenHarmony", "鸿蒙"}, {"Kylin", "麒麟"}, {"UOS", "统信"},
        {"Android", "安卓"},   {"iPhone", "iPhone"},    {"iPad", "iPad"},  {"Windows", "Windows"},
        {"Mac OS X", "macOS"}, {"Linux", "Linux"},      {NULL, NULL}};
    static const Mark browsers[] = {{"MicroMessenger/", "微信"},
                                    {"QQBrowser/", "QQ 浏览器"},
                                    {"Edg/", "Edge"},
                                    {"OPR/", "Opera"},
                                    {"Firefox/", "Firefox"},
                                    {"Chrome/", "Chrome"},
                                    {"Version/", "Safari"},
                                    {"curl/", "curl"},
                                    {"python-requests/", "Python"},
                                    {"Python-urllib/", "Python"},
                                    {NULL, NULL}};
    ptrdiff_t at = -1;
    const char *system = word_of(agent, systems, &at);
    const char *browser = word_of(agent, browsers, &at);

    if (browser)
        snprintf(out, DEVICE_WORDS, "%s%s%s %d", system ? system : "", system ? " · " : "", browser,
                 version_at(agent, at));
    else
        snprintf(out, DEVICE_WORDS, "%s", system ? system : "未知设备");
}
