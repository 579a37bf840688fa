/* SPDX-License-Identifier: MulanPSL-2.0 */
/* main/demo_people.c: the demo county's organisations and a person for each role. Every name is
 * invented. */
#include "main/demo_people.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "document/certificate.h"
#include "main/table.h"
#include "people/account.h"
#include "people/setup.h"

enum {
    HOME,
    GOVERNMENT,
    OFFICE,
    JUSTICE,
    POLICE,
    COURT,
    SUPERVISION,
    CONGRESS,
    MARKET,
    ECOLOGY,
    LAND,
    TRANSPORT,
    HUMAN,
    CIVIL,
    NOTARY,
    UNITS = NOTARY
};

static const SetupUnit units[UNITS] = {
    {.kind = STR_INIT("government"),
     .name = STR_INIT("江城县人民政府"),
     .letters = STR_INIT("江府")},
    {.kind = STR_INIT("government_office"),
     .name = STR_INIT("江城县人民政府办公室"),
     .letters = STR_INIT("江府办"),
     .parent = 1},
    {.kind = STR_INIT("justice_bureau"),
     .name = STR_INIT("江城县司法局"),
     .letters = STR_INIT("江司"),
     .parent = 1},
    {.kind = STR_INIT("police"),
     .name = STR_INIT("江城县公安局"),
     .letters = STR_INIT("江公"),
     .parent = 1},
    {.kind = STR_INIT("court"), .name = STR_INIT("江城县人民法院"), .letters = STR_INIT("江法")},
    {.kind = STR_INIT("supervision_commission"),
     .name = STR_INIT("江城县监察委员会"),
     .letters = STR_INIT("江监")},
    {.kind = STR_INIT("peoples_congress"),
     .name = STR_INIT("江城县人民代表大会常务委员会"),
     .letters = STR_INIT("江人常")},
    {.kind = STR_INIT("market_supervision"),
     .name = STR_INIT("江城县市场监督管理局"),
     .letters = STR_INIT("江市监"),
     .parent = 1},
    {.kind = STR_INIT("ecology_environment"),
     .name = STR_INIT("江城县生态环境局"),
     .letters = STR_INIT("江环"),
     .parent = 1},
    {.kind = STR_INIT("natural_resources"),
     .name = STR_INIT("江城县自然资源和规划局"),
     .letters = STR_INIT("江自然资"),
     .parent = 1},
    {.kind = STR_INIT("transport"),
     .name = STR_INIT("江城县交通运输局"),
     .letters = STR_INIT("江交"),
     .parent = 1},
    {.kind = STR_INIT("human_resources"),
     .name = STR_INIT("江城县人力资源和社会保障局"),
     .letters = STR_INIT("江人社"),
     .parent = 1},
    {.kind = STR_INIT("civil_affairs"),
     .name = STR_INIT("江城县民政局"),
     .letters = STR_INIT("江民"),
     .parent = 1},
    {.kind = STR_INIT("notary_office"),
     .name = STR_INIT("江城县公证处"),
     .letters = STR_INIT("江证"),
     .parent = JUSTICE},
};

typedef struct DemoPerson {
    const char *login, *name, *role, *title, *department;
    int unit;
    bool liaison;
    bool ends; /* a year from now */
} DemoPerson;

static const DemoPerson demo[] = {
    {"admin", "管理员", "system_admin", "", "", HOME, false, false},
    {"anquan", "路安宁", "security_admin", "", "", HOME, false, false},
    {"shenji", "简明鉴", "audit_admin", "", "", HOME, false, false},
    {"jianchazhang", "何远山", "chief_procurator", "检察长", "", HOME, false, false},
    {"fujianchazhang", "卢秉德", "chief_procurator", "副检察长", "", HOME, false, false},
    {"xingzheng", "沈知衡", "administrative_prosecutor", "检察官", "administrative", HOME, false,
     false},
    {"xingshi", "顾长风", "criminal_prosecutor", "检察官", "criminal", HOME, false, false},
    {"minshi", "林若溪", "civil_prosecutor", "检察官", "civil", HOME, false, false},
    {"gongyi", "江思源", "public_interest_prosecutor", "检察官", "public_interest", HOME, false,
     false},
    {"weijian", "白清越", "minors_prosecutor", "检察官", "minors", HOME, false, false},
    {"jianchaguan", "高知行", "prosecutor", "检察官", "complaints", HOME, false, false},
    {"zhuli", "苏小满", "prosecutor_assistant", "检察官助理", "administrative", HOME, false, false},
    {"anguan", "方正之", "case_manager", "主任", "case_management", HOME, false, false},
    {"shuju", "许数明", "data_officer", "", "supervision_centre", HOME, false, false},
    {"banan", "周守一", "case_officer", "", "", HOME, false, false},
    {"lianluo", "贺联舟", "procuratorate_liaison", "", "general_office", HOME, true, false},
    {"tezhu", "温如故", "invited_assistant", "特邀检察官助理", "", HOME, false, true},
    {"zhuanjia", "钟博闻", "expert", "教授", "", HOME, false, true},
    {"tingzheng", "章公允", "hearing_officer", "听证员", "", HOME, false, true},
    {"fujian", "严从简", "government_office_clerk", "科员", "linkage_office", OFFICE, false, false},
    {"fulian", "易同舟", "liaison_officer", "股长", "linkage_office", OFFICE, true, false},
    {"sifa", "司守正", "justice_bureau_supervisor", "执法监督员", "enforcement_supervision",
     JUSTICE, true, false},
    {"minjing", "雷定安", "police_officer", "民警", "legal", POLICE, true, false},
    {"faguan", "梁执平", "judge", "法官", "administrative", COURT, true, false},
    {"fayuan", "卢书文", "court_clerk", "书记员", "case_filing", COURT, false, false},
    {"jianwei", "石清源", "supervision_officer", "监察官", "case_management", SUPERVISION, true,
     false},
    {"daibiao", "田民生", "deputy", "代表", "deputies", CONGRESS, true, false},
    {"shijian", "龙市安", "agency_head", "局长", "", MARKET, false, false},
    {"shijianzhifa", "马食安", "enforcement_officer", "执法人员", "enforcement", MARKET, true,
     false},
    {"huanbao", "叶青川", "enforcement_officer", "执法人员", "enforcement", ECOLOGY, true, false},
    {"ziran", "陶沃野", "enforcement_officer", "执法人员", "enforcement", LAND, true, false},
    {"jiaotong", "路通达", "enforcement_officer", "执法人员", "enforcement", TRANSPORT, true,
     false},
    {"renshe", "任社保", "liaison_officer", "", "social_insurance", HUMAN, true, false},
    {"minzheng", "闵政和", "liaison_officer", "", "", CIVIL, true, false},
    {"gongzheng", "宫正文", "notary", "公证员", "", NOTARY, false, false},
};
enum { PEOPLE = sizeof demo / sizeof demo[0] };

static Str unit_name(int unit) {
    return unit == HOME ? STR("江城县人民检察院") : units[unit - 1].name;
}

static void fill(SetupPerson *people, Instant year) {
    for (size_t i = 0; i < PEOPLE; i++)
        people[i] = (SetupPerson){.login = str_of(demo[i].login),
                                  .name = str_of(demo[i].name),
                                  .role = str_of(demo[i].role),
                                  .title = str_of(demo[i].title),
                                  .department = str_of(demo[i].department),
                                  .unit = demo[i].unit,
                                  .liaison = demo[i].liaison,
                                  .until = demo[i].ends ? year : 0};
}

static const char *password_of(const SetupResult *r, const char *login, const char *first) {
    for (size_t i = 0; i < r->password_count; i++)
        if (str_is(r->passwords[i].login, login))
            return r->passwords[i].password;
    return first;
}

static Str role_title(const Cli *c, const char *role) {
    Err unknown = {0};
    const Role *r = content_role(c->content, str_of(role), &unknown);

    return r != NULL ? r->title : str_of(role);
}

static Table *accounts(const Cli *c, const SetupResult *r, const char *first) {
    Table *t = table_new(c->arena, "账号|密码|姓名|角色|单位");

    for (size_t i = 0; i < PEOPLE; i++)
        table_add(t,
                  (const Str[]){str_of(demo[i].login), str_of(password_of(r, demo[i].login, first)),
                                str_of(demo[i].name), role_title(c, demo[i].role),
                                unit_name(demo[i].unit)});
    return t;
}

static const char sealed_words[] =
    "封存记录：虚构的县里有几条依法封存的记录（未成年人的判决、不起诉、移送，治安违法记录），"
    "以上各人都看不到。\n要试专门通道：weijian（未检检察官）在“审批”里申请开启封存记录专门通道，"
    "写明事由和案号；\njianchazhang 和 fujianchazhang 两人都同意后，weijian "
    "在有效期内能看到这些记录和有关线索。";

/* For whoever shows the county: only in demonstration folders, readable by its owner alone. */
static bool write_accounts(const Cli *c, const Table *t, Err *e) {
    const char *path = str_format(c->arena, "%s/demo-accounts.txt", c->data).ptr;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");

    if (f == NULL) {
        if (fd >= 0)
            close(fd);
        return err_set(e, ERR_DISK, path, "无法写入 %s：%s", path, strerror(errno));
    }
    fprintf(f, "演示用的账号。人名、单位都是虚构的；正式的数据目录没有这个文件。\n\n");
    table_write(t, f);
    fprintf(f, "\n%s\n", sealed_words);
    return fclose(f) == 0 || err_set(e, ERR_DISK, path, "写入 %s 时出错，请检查磁盘空间", path);
}

/* What the pages of teams and draws begin with. */
static bool teams(Cli *c, Instant now, Err *e) {
    static const char *const officers[] = {"甘公正", "卫民言", "尚听全",
                                           "秦问实", "柳持中", "岳明理"};
    MemberNew hearing[6] = {0};
    TeamNew pool = {.kind = STR("hearing_pool"),
                    .name = STR("江城县检察听证员库"),
                    .purpose = STR("听证员随机抽取"),
                    .organisation = ORGANISATION_HOME,
                    .members = hearing,
                    .member_count = 6};
    const MemberNew linked[] = {{.login = STR("lianluo")}, {.login = STR("fulian")}};
    TeamNew office = {.kind = STR("linkage_office"),
                      .name = STR("江城县府检联动工作办公室"),
                      .organisation = ORGANISATION_HOME,
                      .members = linked,
                      .member_count = 2};
    const MemberNew joint[] = {{.login = STR("gongyi"), .duty = STR("组长")},
                               {.login = STR("huanbao")},
                               {.login = STR("tezhu")}};
    TeamNew group = {.kind = STR("joint_group"),
                     .name = STR("河湖保护联合办案组"),
                     .organisation = ORGANISATION_HOME,
                     .until = now + (Instant)180 * 24 * 3600 * 1000000,
                     .members = joint,
                     .member_count = 3};
    const TeamNew *const all[] = {&pool, &office, &group};
    int64_t number;

    for (size_t i = 0; i < 6; i++)
        hearing[i] = (MemberNew){.name = str_of(officers[i]), .skills = STR("社区治理")};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!team_create(c->office->store, c->content, c->actor, all[i], &number, e))
            return false;
    return true;
}

/* Seals to try signing with: of every organisation, and of the people who write. */
static bool certificates(Cli *c, const SetupResult *r, Err *e) {
    static const char *const signers[] = {"jianchazhang", "xingzheng", "xingshi",
                                          "gongyi",       "shijian",   "shijianzhifa"};
    Str serial;

    for (int i = 0; i <= UNITS; i++) {
        CertificateAsk ask = {.kind = SIGNER_ORGANISATION,
                              .organisation = i == 0 ? ORGANISATION_HOME : r->units[i - 1]};

        if (!certificate_issue(c->office->store, c->actor, &ask, c->arena, &serial, e))
            return false;
    }
    for (size_t i = 0; i < sizeof signers / sizeof *signers; i++) {
        CertificateAsk ask = {.kind = SIGNER_PERSON, .login = str_of(signers[i])};

        if (!certificate_issue(c->office->store, c->actor, &ask, c->arena, &serial, e))
            return false;
    }
    return true;
}

bool demo_people(Cli *c, const char *password, Err *e) {
    Instant now = instant_now();
    SetupPerson *people = arena_array_of(c->arena, PEOPLE, SetupPerson);
    Setup setup = {
        .home = {.kind = STR("procuratorate"), .name = unit_name(HOME), .letters = STR("江检")},
        .units = units,
        .unit_count = UNITS,
        .people = people,
        .person_count = PEOPLE,
        .passwords_stay = true};
    SetupResult r;

    fprintf(c->out, "正在建立机构和人员…\n");
    fflush(c->out);
    fill(people, now + (Instant)365 * 24 * 3600 * 1000000);
    if (!setup_run(c->office->store, c->content, c->arena, c->actor, &setup, &r, e) ||
        !account_set_password(c->office->store, c->actor, STR("admin"), str_of(password), false,
                              e) ||
        !teams(c, now, e) || !certificates(c, &r, e))
        return false;
    Table *t = accounts(c, &r, password);

    fputc('\n', c->out);
    table_write(t, c->out);
    fprintf(c->out,
            "\n以上账号只供演示，也写在 %s/demo-accounts.txt。\n办案看线索用 jianchazhang 或 "
            "xingzheng，部门视角用 shijianzhifa，管理员看不到业务内容。\n\n",
            c->data);
    fflush(c->out);
    return write_accounts(c, t, e);
}
