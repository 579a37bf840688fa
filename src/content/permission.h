/* SPDX-License-Identifier: MulanPSL-2.0 */
/* content/permission.h: everything a role can allow. One list: role files are checked against it,
 * routes name one each, the page 角色与权限 shows it. */
#ifndef CONTENT_PERMISSION_H
#define CONTENT_PERMISSION_H

#include "data/bind.h"

/* id, name in role files, Chinese, kind of row it speaks of (or "" for functions) */
#define PERMISSIONS(X)                                                        \
    X(SELF, "self", "使用本人账号", "")                                       \
    X(OVERVIEW_READ, "overview.read", "查看总览", "")                         \
    X(SEARCH, "search.use", "全局搜索", "")                                   \
    X(DATASET_READ, "dataset.read", "查看数据集定义", "")                     \
    X(ROW_READ, "row.read", "查看数据行", "row")                              \
    X(ROW_EXPORT, "row.export", "导出数据行", "row")                          \
    X(BATCH_READ, "batch.read", "查看批次", "batch")                          \
    X(BATCH_IMPORT, "batch.import", "导入数据", "batch")                      \
    X(MODEL_READ, "model.read", "查看监督模型", "")                           \
    X(MODEL_RUN, "model.run", "运行监督模型", "")                             \
    X(MODEL_TEST, "model.test", "测试监督模型", "")                           \
    X(CLUE_READ, "clue.read", "查看线索", "clue")                             \
    X(CLUE_EXPORT, "clue.export", "导出线索", "clue")                         \
    X(CLUE_SHARE, "clue.share", "开放线索给他人", "clue")                     \
    X(CLUE_ACT, "clue.act", "办理线索", "clue")                               \
    X(CLUE_ASSIGN, "clue.assign", "研判和交办线索", "clue")                   \
    X(CLUE_SUPERVISE, "clue.supervise", "督办线索", "clue")                   \
    X(FLOW_READ, "flow.read", "查看流程定义", "")                             \
    X(MATTER_READ, "matter.read", "查看事项", "matter")                       \
    X(MATTER_START, "matter.start", "发起事项", "matter")                     \
    X(MATTER_ACT, "matter.act", "办理事项", "matter")                         \
    X(MATTER_SUPERVISE, "matter.supervise", "督办、指定管辖和提级", "matter") \
    X(MATTER_EXPORT, "matter.export", "导出事项", "matter")                   \
    X(DOCUMENT_WRITE, "document.write", "制作文书", "document")               \
    X(DOCUMENT_ISSUE, "document.issue", "签发文书", "document")               \
    X(TEMPLATE_MANAGE, "template.manage", "管理文书模板", "document")         \
    X(CERTIFICATE_MANAGE, "certificate.manage", "管理证书和印章", "")         \
    X(SENSITIVE_REVEAL, "sensitive.reveal", "查看敏感信息明文", "")           \
    X(SEALED_READ, "sealed.read", "查看封存记录", "sealed")                   \
    X(APPROVAL_REQUEST, "approval.request", "申请审批", "")                   \
    X(APPROVAL_DECIDE, "approval.decide", "办理审批", "")                     \
    X(ORGANISATION_READ, "organisation.read", "查看组织机构", "")             \
    X(ORGANISATION_MANAGE, "organisation.manage", "管理组织机构", "")         \
    X(PERSON_READ, "person.read", "查看人员", "")                             \
    X(PERSON_MANAGE, "person.manage", "管理人员账号", "")                     \
    X(TEAM_MANAGE, "team.manage", "管理专班与人才库", "")                     \
    X(DRAW, "draw.run", "随机抽取", "")                                       \
    X(DELEGATE, "delegation.give", "委托他人代办", "")                        \
    X(ROLE_READ, "role.read", "查看角色与权限", "")                           \
    X(ROLE_GRANT, "role.grant", "授予和收回角色", "")                         \
    X(SESSION_REVOKE, "session.revoke", "结束他人登录", "")                   \
    X(ALARM_READ, "alarm.read", "查看异常告警", "")                           \
    X(AUDIT_READ, "audit.read", "查看审计记录", "")                           \
    X(AUDIT_EXPORT, "audit.export", "导出审计证据", "")                       \
    X(BACKUP, "backup.run", "备份数据", "")                                   \
    X(KEY_ROTATE, "key.rotate", "更换密钥", "")                               \
    X(LAW_IMPORT, "law.import", "导入法规", "")                               \
    X(SETTINGS, "settings.change", "修改系统设置", "")                        \
    X(SETUP, "setup.run", "首次设置", "")

/* Zero is no permission: a route that forgot it lets nobody in. */
typedef enum Permission {
    PERMISSION_NONE,
#define X(id, name, title, kind) PERMISSION_##id,
    PERMISSIONS(X)
#undef X
        PERMISSION_COUNT
} Permission;

extern const BindName permission_names[]; /* name, value, Chinese title */

#endif
