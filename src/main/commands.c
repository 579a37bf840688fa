/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/commands.c: the table of subcommands; the help is read from it. */
#include "main/cli.h"
#include "main/table.h"

#define OPTIONS(...) .options = {__VA_ARGS__}

const Command commands[] = {
    {"init",
     "[--office-name 名称] [--listen 地址:端口] [--operations 库] [--pool 库] [--key-file 文件]",
     "新建数据目录，显示一次初始密码", NEEDS_NOTHING, 0, 0,
     OPTIONS({"--office-name", "单位名称"}, {"--listen", "地址:端口"},
             {"--operations", "业务库的位置"}, {"--pool", "数据资源池的位置"},
             {"--key-file", "主密钥文件"}),
     cmd_init},
    {"serve", "[--listen 地址:端口]", "启动服务", NEEDS_NOTHING, 0, 0,
     OPTIONS({"--listen", "地址:端口"}), cmd_serve},
    {"demo", "[--records N]", "造一个虚构的县，导入、运行全部模型并列出结果", NEEDS_NOTHING, 0, 0,
     OPTIONS({"--records", "行数"}), cmd_demo},
    {"synth", "--records N --seed S --out 目录", "把虚构的县写成文件，附 answers.json",
     NEEDS_CONTENT, 0, 0, OPTIONS({"--records", "行数"}, {"--seed", "种子"}, {"--out", "目录"}),
     cmd_synth},
    {"dataset list", "", "列出数据集", NEEDS_OFFICE, 0, 0, OPTIONS({0}), cmd_dataset_list},
    {"dataset show", "数据集", "一个数据集的字段、主体和依据", NEEDS_OFFICE, 1, 1, OPTIONS({0}),
     cmd_dataset_show},
    {"import", "数据集 文件 [--sheet 工作表] [--encoding 编码] [--header-line 行号] [--run]",
     "导入 CSV、XLSX、XLS、JSON 文件；--run 随后运行受影响的模型", NEEDS_OFFICE, 2, 2,
     OPTIONS({"--sheet", "工作表"}, {"--encoding", "编码"}, {"--header-line", "行号"},
             {"--run", NULL}),
     cmd_import},
    {"model list", "", "列出监督模型", NEEDS_OFFICE, 0, 0, OPTIONS({0}), cmd_model_list},
    {"model check", "文件", "检查一个模型文件", NEEDS_CONTENT, 1, 1, OPTIONS({0}), cmd_model_check},
    {"model test", "[模型]", "运行模型自带的用例", NEEDS_CONTENT, 0, 1, OPTIONS({0}),
     cmd_model_test},
    {"model run", "模型 | --all [--incremental]", "运行模型；--incremental 只问变化过的主体",
     NEEDS_OFFICE, 0, 1, OPTIONS({"--all", NULL}, {"--incremental", NULL}), cmd_model_run},
    {"model explain", "模型 [--sql]", "每个条件剩下多少行；--sql 显示运行的查询", NEEDS_OFFICE, 1,
     1, OPTIONS({"--sql", NULL}), cmd_model_explain},
    {"clue list", "[--model 模型] [--level 等级] [--status 状态]", "列出线索（不含已撤销的）",
     NEEDS_OFFICE, 0, 0, OPTIONS({"--model", "模型"}, {"--level", "等级"}, {"--status", "状态"}),
     cmd_clue_list},
    {"clue show", "线索", "一条线索的理由和依据的行", NEEDS_OFFICE, 1, 1, OPTIONS({0}),
     cmd_clue_show},
    {"journal verify", "", "核对日志链", NEEDS_OFFICE, 0, 0, OPTIONS({0}), cmd_journal_verify},
    {"journal rebuild", "", "由日志重建全部业务表", NEEDS_OFFICE, 0, 0, OPTIONS({0}),
     cmd_journal_rebuild},
    {"content check", "[目录]", "检查内容文件及其自带的用例", NEEDS_NOTHING, 0, 1, OPTIONS({0}),
     cmd_content_check},
    {"user list", "", "列出账号", NEEDS_OFFICE, 0, 0, OPTIONS({0}), cmd_user_list},
    {"user add", "账号 姓名", "新建账号，显示一次初始密码", NEEDS_OFFICE, 2, 2, OPTIONS({0}),
     cmd_user_add},
    {"user password", "账号", "重设密码，显示一次", NEEDS_OFFICE, 1, 1, OPTIONS({0}),
     cmd_user_password},
    {"user disable", "账号", "停用账号，历史保留", NEEDS_OFFICE, 1, 1, OPTIONS({0}),
     cmd_user_disable},
    {"user enable", "账号", "重新启用账号", NEEDS_OFFICE, 1, 1, OPTIONS({0}), cmd_user_enable},
    {"backup list", "", "列出备份目录里的备份", NEEDS_OFFICE, 0, 0, OPTIONS({0}), cmd_backup_list},
    {"backup verify", "文件", "核对一份备份是否完好，不还原", NEEDS_NOTHING, 1, 1, OPTIONS({0}),
     cmd_backup_verify},
    {"backup", "[文件] [--with-key]", "备份全部数据，服务不停；不含主密钥，除非加 --with-key",
     NEEDS_OFFICE, 0, 1, OPTIONS({"--with-key", NULL}), cmd_backup},
    {"restore", "文件 [--key-file 文件 | --without-key] [--operations 库] [--pool 库] [--listen 地址:端口]",
     "把备份还原到空的数据目录，并核对日志链", NEEDS_NOTHING, 1, 1,
     OPTIONS({"--key-file", "主密钥文件"}, {"--without-key", NULL}, {"--operations", "业务库的位置"},
             {"--pool", "数据资源池的位置"}, {"--listen", "地址:端口"}),
     cmd_restore},
    {"key status", "", "主密钥是第几代、轮换到了哪一步", NEEDS_OFFICE, 0, 0, OPTIONS({0}),
     cmd_key_status},
    {"key rotate", "", "换一代主密钥，服务不停；中断后再运行会接着做完", NEEDS_OFFICE, 0, 0,
     OPTIONS({0}), cmd_key_rotate},
    {"user sessions", "账号 [--end]", "账号在哪里登录着；--end 全部结束", NEEDS_OFFICE, 1, 1,
     OPTIONS({"--end", NULL}), cmd_user_sessions},
    {"user reset-totp", "账号", "重置丢失的动态验证码，登录状态结束", NEEDS_OFFICE, 1, 1,
     OPTIONS({0}), cmd_user_reset_totp},
    {"settings", "", "显示设置", NEEDS_OFFICE, 0, 0, OPTIONS({0}), cmd_settings},
    {"help", "", "显示这张表", NEEDS_NOTHING, 0, 0, OPTIONS({0}), cmd_help},
    {NULL},
};

bool cmd_help(Cli *c, Err *e) {
    Table *t = table_new(c->arena, "命令|说明");

    (void)e;
    fprintf(c->out, "联衡 %s\n\n用法：lianheng [--data 目录] [--json] 命令 …\n\n",
            LIANHENG_VERSION);
    for (const Command *each = commands; each->words != NULL; each++)
        table_add(t, (const Str[]){str_format(c->arena, "%s %s", each->words, each->usage),
                                   str_of(each->help)});
    table_write(t, c->out);
    fprintf(c->out, "\n数据目录默认为 ./var，也可以用环境变量 LIANHENG_DATA "
                    "指定。服务运行时，同样的命令由服务执行。\n");
    return true;
}
