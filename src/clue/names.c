/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/names.c: words for levels and states. */
#include "clue/clue.h"

const BindName clue_level_names[] = {{"high", 0, "高"}, {"medium", 1, "中"}, {"low", 2, "低"}, {0}};

const BindName clue_status_names[] = {
    {"new", 0, "待核查"}, {"withdrawn", 1, "已撤销（依据已消失）"}, {0}};
