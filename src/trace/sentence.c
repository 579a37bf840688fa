/* SPDX-License-Identifier: MulanPSL-2.0 */
/* trace/sentence.c: every kind of entry as a Chinese sentence. In a sentence {x} stands for the
 * member x of the body, {subject} for what follows the colon of the subject; a part in [ ] is left
 * out when a member in it is missing. */
#include "trace/audit.h"

#include "base/banned.h"

static const struct {
    const char *kind, *title, *sentence;
} sentences[] = {
    {"installation.created", "新建系统", "新建了本系统"},
    {"setup.completed", "完成首次设置", "完成了首次设置"},
    {"account.created", "新建账号", "新建账号 {subject}"},
    {"account.password_set", "修改密码", "修改账号 {subject} 的密码"},
    {"account.disabled", "停用账号", "停用账号 {subject}"},
    {"account.enabled", "启用账号", "启用账号 {subject}"},
    {"account.signed_in", "登录", "登录[，地址 {address}][，设备 {device}]"},
    {"account.signed_out", "退出", "退出登录"},
    {"account.sign_in_failed", "登录失败", "账号 {subject} 的密码或验证码不对[，地址 {address}]"},
    {"account.locked", "账号锁定", "账号 {subject} 连续输错，已锁定[，地址 {address}]"},
    {"account.sessions_ended", "结束登录", "结束账号 {subject} 的登录"},
    {"account.totp_offered", "申请动态验证码", "账号 {subject} 开始绑定动态验证码"},
    {"account.totp_enrolled", "绑定动态验证码", "账号 {subject} 绑定了动态验证码"},
    {"account.totp_off", "解除动态验证码", "账号 {subject} 解除了动态验证码"},
    {"account.totp_reset", "重置动态验证码", "重置账号 {subject} 的动态验证码"},
    {"account.recovery_renewed", "更换恢复码", "账号 {subject} 更换了恢复码"},
    {"account.recovery_used", "使用恢复码", "账号 {subject} 用掉一个恢复码"},
    {"organisation.created", "新建机构", "新建机构 {subject} 号"},
    {"organisation.changed", "修改机构", "修改机构 {subject} 号"},
    {"organisation.ended", "撤销机构", "撤销机构 {subject} 号"},
    {"organisation.reopened", "恢复机构", "恢复机构 {subject} 号"},
    {"department.created", "新建内设部门", "新建内设部门 {subject} 号"},
    {"department.changed", "修改内设部门", "修改内设部门 {subject} 号"},
    {"department.ended", "撤销内设部门", "撤销内设部门 {subject} 号"},
    {"appointment.created", "授予角色", "授予 {login} 角色 {role}（任职 {subject} 号）"},
    {"appointment.ended", "收回角色", "收回任职 {subject} 号的角色"},
    {"person.left", "办理离岗", "为 {subject} 办理离岗"},
    {"delegation.given", "委托代办", "委托 {receiver} 代办（委托 {subject} 号）"},
    {"delegation.ended", "结束委托", "结束委托 {subject} 号"},
    {"team.created", "新建团队", "新建团队 {subject} 号"},
    {"team.changed", "修改团队", "修改团队 {subject} 号"},
    {"team.ended", "结束团队", "结束团队 {subject} 号"},
    {"team.member_added", "加入成员", "在团队里加入成员（{subject} 号）"},
    {"team.member_ended", "成员退出", "成员（{subject} 号）退出团队"},
    {"team.activity_told", "登记活动", "为团队 {subject} 号登记活动"},
    {"draw.made", "随机抽取", "随机抽取（{subject} 号）"},
    {"grant.given", "开放材料", "向 {grantee} 开放 {kind} {object}"},
    {"grant.ended", "收回开放", "收回开放（{subject} 号）"},
    {"grant.moved", "移交开放", "把开放（{subject} 号）移交给 {to}"},
    {"batch.imported", "导入数据", "向数据集 {dataset} 导入第 {batch} 批，收下 {accepted} 行"},
    {"rows.sealed", "封存数据", "按规定封存了数据集 {dataset} 的记录"},
    {"rows.opened", "解除封存", "按规定解除了数据集 {dataset} 的记录的封存"},
    {"rows.judged", "重新认定封存", "按现行规定重新认定了数据集 {dataset} 的封存"},
    {"laws.imported", "导入法规", "向法规库导入法规 {laws} 部、{articles} 条，新增文本 {count} 份"},
    {"mapping.saved", "保存列对应", "保存数据集 {dataset} 的列对应关系"},
    {"model.ran", "运行模型", "运行监督模型 {model}，命中 {hits} 条"},
    {"clue.found", "发现线索", "模型 {model} 发现线索 {subject}"},
    {"clue.changed", "线索更新", "线索 {subject} 的依据有变化"},
    {"clue.withdrawn", "线索撤销", "线索 {subject} 的依据已消失"},
    {"clue.registered", "线索登记", "登记线索 {subject}"},
    {"clue.acted", "线索办理", "对线索 {subject} 作了 {verb}"},
    {"recusal.acted", "线索回避", "对线索 {subject} 作了 {verb}"},
    {"clue.restored", "线索恢复", "线索 {subject} 的依据重新出现"},
    {"flow.published", "发布流程", "发布流程 {subject}"},
    {"matter.begun", "新建事项", "新建事项 {subject}"},
    {"matter.acted", "办理事项", "办理事项 {subject}[，步骤 {step}][，动作 {action}]"},
    {"matter.said", "事项留言", "在事项 {subject} 里留言"},
    {"document_type.published", "发布文书种类", "发布文书种类 {subject}"},
    {"document.drafted", "起草文书", "在事项 {subject} 里起草文书 {document}（{title}）"},
    {"document.acted", "办理文书", "对事项 {subject} 的文书 {document}（{title}）作了“{act}”"},
    {"sensitive.revealed", "查看敏感信息",
     "以“{purpose}”为由[、案号 {case_number}]查看了 {subject} 的敏感信息，共 {count} 行[，依据审批 "
     "{approval} 号]"},
    {"clues.exported", "导出线索",
     "[以“{purpose}”为由][、案号 {case_number}]导出线索 {rows} 条（{format}）[，依据审批 "
     "{approval} "
     "号]"},
    {"rows.exported", "导出数据",
     "[以“{purpose}”为由][、案号 {case_number}]导出 {subject} 的数据 {rows} "
     "行（{format}）[，依据审批 "
     "{approval} 号]"},
    {"matters.exported", "导出事项",
     "[以“{purpose}”为由][、案号 {case_number}]导出事项 {rows} 件（{format}）[，依据审批 "
     "{approval} 号]"},
    {"matter.file_read", "查看材料", "查看事项 {subject} 的材料（第 {file} 号）"},
    {"document.file_read", "查看文书", "查看事项 {subject} 的文书 {document}（{file}）"},
    {"documents.exported", "导出文书台账",
     "[以“{purpose}”为由][、案号 {case_number}]导出文书台账 {rows} 份（{format}）[，依据审批 "
     "{approval} 号]"},
    {"documents.written", "成批起草文书",
     "成批起草文书 {type}，写出 {rows} 份[，{failed} 件没有起草]"},
    {"template.added", "上传模板", "上传文书模板 {subject} 号（{type} 第 {version} 版）"},
    {"template.retired", "停用模板", "停用文书模板 {subject} 号（{type} 第 {version} 版）"},
    {"template.restored", "恢复模板", "恢复文书模板 {subject} 号（{type} 第 {version} 版）"},
    {"template.previewed", "预览模板", "用事项 {subject} 的内容预览文书模板（{template} 号）"},
    {"certificate.issued", "签发证书", "签发证书 {serial}[（{login}）]"},
    {"certificate.revoked", "吊销证书", "吊销证书 {serial}[，原因：{reason_title}]"},
    {"certificate.used", "使用证书签章", "用证书 {serial} 对 {object} 签章"},
    {"seal.changed", "更换印章图片", "更换机构 {subject} 号的印章图片"},
    {"approval.requested", "申请审批",
     "以“{purpose}”为由[、案号 {case_number}]申请查看 {object}（申请 {subject} 号）"},
    {"approval.decided", "审批", "审批申请 {subject} 号：{consent}[，受 {acting_for} 委托]"},
    {"approval.withdrawn", "撤回申请", "撤回申请 {subject} 号"},
    {"access.refused", "被拒绝或找不到",
     "在 {route} 上 {count} 次被拒绝或者找不到对象（{status}）[，地址 {address}]"},
    {"alarm.acknowledged", "处理告警", "处理告警 {subject} 号"},
    {"audit.searched", "检索审计记录", "检索审计记录，得 {total} 条"},
    {"audit.replayed", "回放", "回放 {subject} 在 {day} 的操作"},
    {"audit.looked_up", "查询谁看过", "查询谁看过 {object}"},
    {"audit.verified", "核对日志链", "核对日志链，共 {entries} 条"},
    {"audit.exported", "导出证据", "导出第 {from} 至第 {to} 条日志作为证据"},
    {"key.rotated", "更换主密钥", "更换主密钥"},
    {"key.rotation_ended", "完成更换主密钥", "以新的主密钥重新加密完毕"},
    {"backup.made", "备份", "备份全部数据[，共 {bytes} 字节]"},
    {"backup.restored", "还原", "由备份还原全部数据[，备份止于第 {sequence} 条日志]"},
    {"retention.destroyed", "销毁到期内容",
     "依据审批 {approval} 号，销毁 {subject} 保存满 {months} 个月的内容"},
    {"key.destroyed", "销毁密钥", "销毁 {subject} 的密钥，其内容不能再读出"},
    {NULL, NULL, NULL},
};

static int row_of(Str kind) {
    for (int i = 0; sentences[i].kind != NULL; i++)
        if (str_is(kind, sentences[i].kind))
            return i;
    return -1;
}

bool sentence_known(Str kind) {
    return row_of(kind) >= 0;
}

Str sentence_title(Str kind) {
    int i = row_of(kind);

    return i >= 0 ? str_of(sentences[i].title) : kind;
}

Node *sentence_kinds(Arena *a) {
    Node *list = node_list(a);

    for (int i = 0; sentences[i].kind != NULL; i++) {
        Node *n = node_map(a);

        node_set_text(a, n, "kind", str_of(sentences[i].kind));
        node_set_text(a, n, "title", str_of(sentences[i].title));
        node_add(a, list, n);
    }
    return list;
}

typedef struct Telling {
    Arena *a;
    const Content *content;
    Str subject;
    const Node *body;
} Telling;

/* False when there is no such member. */
static bool member_add(const Telling *t, Str key, Buf *out) {
    Err unknown = {0};

    if (str_is(key, "subject")) {
        ptrdiff_t colon = str_find(t->subject, STR(":"));
        bool keeps = str_starts(t->subject, STR("row:")) || str_starts(t->subject, STR("rows:"));

        buf_add(out,
                keeps ? t->subject : str_slice(t->subject, (size_t)(colon + 1), t->subject.len));
        return true;
    }
    const Node *n = node_get(t->body, str_c(t->a, key));

    if (n == NULL || (n->kind == NODE_TEXT && n->text.len == 0))
        return false;
    if (n->kind == NODE_INT)
        buf_addf(out, "%lld", (long long)n->integer);
    else if (n->kind == NODE_BOOL)
        buf_add_c(out, n->boolean ? "同意" : "不同意");
    else if (n->kind == NODE_TEXT && str_is(key, "purpose")) {
        const Purpose *p = content_purpose(t->content, n->text, &unknown);

        buf_add(out, p != NULL ? p->title : n->text);
    } else if (n->kind == NODE_TEXT)
        buf_add(out, n->text);
    return true;
}

/* One stretch without brackets; false when a member is missing, which is then told as 〇. */
static bool stretch_add(const Telling *t, Str text, Buf *out) {
    bool whole = true;

    while (text.len != 0) {
        ptrdiff_t open = str_find(text, STR("{")), close = str_find(text, STR("}"));

        if (open < 0 || close < open) {
            buf_add(out, text);
            return whole;
        }
        buf_add(out, str_slice(text, 0, (size_t)open));
        if (!member_add(t, str_slice(text, (size_t)open + 1, (size_t)close), out)) {
            buf_add_c(out, "〇");
            whole = false;
        }
        text = str_slice(text, (size_t)close + 1, text.len);
    }
    return whole;
}

static void sentence_add(const Telling *t, Str text, Buf *out) {
    scoped_buf Buf part;

    buf_init(&part, (size_t)1 << 16);
    while (text.len != 0) {
        ptrdiff_t open = str_find(text, STR("[")), close = str_find(text, STR("]"));

        if (open < 0 || close < open) {
            stretch_add(t, text, out);
            return;
        }
        stretch_add(t, str_slice(text, 0, (size_t)open), out);
        buf_clear(&part);
        if (stretch_add(t, str_slice(text, (size_t)open + 1, (size_t)close), &part))
            buf_add(out, buf_str(&part));
        text = str_slice(text, (size_t)close + 1, text.len);
    }
}

Str sentence_of(Arena *a, const Content *c, Str kind, Str subject, const Node *body) {
    Telling t = {a, c, subject, body};
    int i = row_of(kind);
    scoped_buf Buf out;

    buf_init(&out, (size_t)1 << 16);
    if (i >= 0)
        sentence_add(&t, str_of(sentences[i].sentence), &out);
    else
        buf_addf(&out, "%.*s（%.*s）", STR_ARG(kind), STR_ARG(subject));
    return str_dup(a, buf_str(&out));
}
