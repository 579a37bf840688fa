/* SPDX-License-Identifier: MulanPSL-2.0 */
/* clue/names.c: words for levels, states and what a clue suggests. */
#include "clue/clue.h"

const BindName clue_level_names[] = {{"high", 0, "高"}, {"medium", 1, "中"}, {"low", 2, "低"}, {0}};

const BindName clue_status_names[] = {
    {"new", 0, "待核查"}, {"withdrawn", 1, "已撤销（依据已消失）"}, {0}};

const BindName clue_suggests_names[] = {{"procuratorial_suggestion", 0, "检察建议"},
                                        {"procuratorial_opinion", 1, "检察意见"},
                                        {"urging_letter", 2, "催办函"},
                                        {"reminder_letter", 3, "提醒函"},
                                        {"filing_supervision", 4, "立案监督"},
                                        {"clue_transfer_letter", 5, "案件线索移送函"},
                                        {"social_governance_suggestion", 6, "社会治理检察建议"},
                                        {"public_interest_litigation", 7, "公益诉讼"},
                                        {0}};
