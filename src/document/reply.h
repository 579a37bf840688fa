/* SPDX-License-Identifier: MulanPSL-2.0 */
/* document/reply.h: an answer looked at: has it substance, does it take up what was asked, is it in
 * time. Says what a reader would notice; forbids nothing. */
#ifndef LIANHENG_DOCUMENT_REPLY_H
#define LIANHENG_DOCUMENT_REPLY_H

#include "content/document.h"
#include "document/sheet.h"

#define REPLY_FLAGS(X)                        \
    X(TEMPLATE, "template", "只有格式文字")   \
    X(SHORT, "short", "内容过短")             \
    X(POINTS, "points", "没有逐条回应")       \
    X(ENCLOSURE, "enclosure", "没有附件")     \
    X(EARLY, "early", "成文日期早于收到日期") \
    X(LATE, "late", "逾期回复")
typedef enum ReplyFlag {
#define X(id, name, title) REPLY_##id,
    REPLY_FLAGS(X)
#undef X
        REPLY_FLAG_COUNT
} ReplyFlag;
extern const BindName reply_flag_names[];

/* What is known of an answer and of what it answers. Days: DAY_NONE where unknown. */
typedef struct ReplyLook {
    const DocumentType *type, *asked; /* kinds of the answer and of what it answers */
    const Sheet *text, *asked_text;   /* asked_text NULL: not at hand */
    const Node *asked_values;         /* of the document that is answered; NULL: not at hand */
    size_t enclosures;                /* files that came with it */
    Day issued, sent;                 /* of the answer */
    Day received, due;                /* when the other one was received; last day to answer it */
} ReplyLook;

/* Characters that are neither the template's nor taken from what is answered, and all of the body.
 */
typedef struct ReplyWords {
    size_t own, all;
} ReplyWords;
ReplyWords reply_words(const ReplyLook *l);

/* [{kind, title, text}] in the order of the flags. */
Node *reply_findings(const ReplyLook *l, Arena *a);
/* "template,enclosure": the kinds of a list of findings; empty: none. */
Str reply_flags_of(Arena *a, const Node *findings);

#endif
