/* SPDX-License-Identifier: MulanPSL-2.0 */
/* knowledge/testing.h: a law that does not exist, in the layout of public law collections. Only for
 * tests. */
#ifndef KNOWLEDGE_TESTING_H
#define KNOWLEDGE_TESTING_H

#include "knowledge/statute.h"

#define INVENTED                                                                                                                          \
    "---\nsidebar: auto\n---\n\n# 中华人民共和国虚构管理法\n\n"                                                               \
    "2009年3月1日第一届虚构大会第一次会议通过\n\n"                                                                       \
    "2021年1月22日第二届虚构大会第二十五次会议修订\n\n"                                                                \
    "## 第一章　总则\n\n"                                                                                                           \
    "**第一条**　为了虚构，制定本法。\n\n"                                                                                  \
    "**第二条**　虚构应当公开。\n\n虚构的理由应当说明。\n\n"                                                         \
    "## 第二章　处理\n\n### 第一节　种类\n\n"                                                                                 \
    "**第三条**　有下列情形之一的，处以虚构：\n\n（一）甲；\n\n（二）乙。\n\n"                                \
    "前款所称虚构，不存在。\n\n"                                                                                               \
    "第三条之一　另行虚构的，依照前条。\n\n"                                                                             \
    "**第四条**　依照《中华人民共和国虚构诉讼法》第二条办理。\n\n## 第三章　附则\n\n"                     \
    "**第五条**　本法自2021年7月15日起施行。《中华人民共和国虚构暂行法》、《关于〈虚构〉的规定》" \
    "同时废止。\n"

/* The same law as amended later: from when it is in force is not told. */
#define INVENTED_AMENDED                                                                                                  \
    "# 中华人民共和国虚构管理法\n\n2009年3月1日第一届虚构大会第一次会议通过\n\n"             \
    "2021年1月22日第二届虚构大会第二十五次会议修订\n\n"                                                \
    "根据2024年5月6日第三届虚构大会第二次会议《关于修改〈虚构管理法〉的决定》修正\n\n" \
    "**第一条**　为了继续虚构，制定本法。\n\n**第二条**　虚构应当更加公开。\n\n"             \
    "**第三条**　本法自2021年7月15日起施行。\n"

#define INVENTED_PROCEDURE                                                                                       \
    "# 中华人民共和国虚构诉讼法\n\n2018年5月1日第二届虚构大会第二次会议通过\n\n"    \
    "**第一条**　虚构案件由虚构法院审判。\n\n**第二条**　当事人可以申请回避。\n\n" \
    "**第三条**　本法自2018年10月1日起施行。\n"

#define INVENTED_RULES                                                                                               \
    "# 虚构工作条例\n\n2026年1月5日虚构院公布\n\n**第一条**　甲。\n\n**第二条**　乙。\n\n" \
    "**第三条**　本条例自2027年1月1日起施行。《中华人民共和国虚构诉讼法》同时废止。\n"

#endif
