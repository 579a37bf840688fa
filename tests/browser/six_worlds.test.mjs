// SPDX-License-Identifier: MulanPSL-2.0
// One house with several masters: the first set-up, six people who see six different worlds, a second factor, a value shown for a
// purpose, an approval, and what the auditor finds of it all.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { axeClean, nothingWrong, picture, settled, wholePage } from './checks.mjs'
import { bindFirst, changePassword, enter, totp } from './doors.mjs'
import { openHouse, openPage, slower, WIDE } from './house.mjs'
import { everyLook } from './looks.mjs'
import { convicted, drivers, licenseFile, verdictFile } from './people.mjs'
import { trial, watched } from './trial.mjs'

const JOB = 60_000 * slower
const FOUNDER = 'Lian-heng-2026'
const FRESH = 'Guan-shan-du-ruo 7'
const people = {
  sysadmin: { name: '系某', post: '系统管理员' },
  secadmin: { name: '安某', post: '安全管理员' },
  auditor: { name: '审某', post: '审计管理员' },
  chief: { name: '长某', post: '检察长' },
  prosecutor: { name: '检某', post: '检察官' },
  officer: { name: '执某', post: '行政执法人员' },
  clerk: { name: '府某', post: '政府办工作人员' },
}
const ADMINISTRATORS = ['sysadmin', 'secadmin', 'auditor']
const states = {}

let house
let opened

before(async () => {
  house = await openHouse()
})
after(async () => {
  await house?.end()
})

const menuOf = (page) => page.locator('nav[aria-label=主菜单] > ul a').allInnerTexts().then((t) => t.map((x) => x.trim()))

trial('the wizard: own house, members, three administrators, first users; passwords shown once', async () => {
  for (const [dataset, text] of [
    ['ride_hailing_license', licenseFile()],
    ['criminal_verdict', verdictFile()],
  ]) {
    const file = join(house.folder, `${dataset}.csv`)
    writeFileSync(file, text)
    execFileSync(process.env.LIANHENG_BINARY, ['--data', join(house.folder, 'data'), 'import', dataset, file, '--run'])
  }
  const { context, page, wrong } = await openPage(house, WIDE)
  await enter(page, house.login, house.password)
  await changePassword(page, house.password, FOUNDER)
  await page.getByText('首次设置还没有完成').waitFor()
  await wholePage(page, wrong, 'setup-banner')
  await page.getByRole('link', { name: '去设置' }).click()
  await page.getByRole('heading', { level: 2, name: '本单位' }).waitFor()
  await wholePage(page, wrong, 'setup-1')
  await page.fill('#home-division', '510522')
  await page.getByRole('button', { name: '下一步' }).click()
  assert.equal(await page.inputValue('#place'), '合江县')
  for (const kind of ['人民政府办公室', '交通运输局']) await page.getByRole('checkbox', { name: kind, exact: true }).check()
  await wholePage(page, wrong, 'setup-2')
  await page.getByRole('button', { name: '下一步' }).click()
  await page.getByRole('heading', { level: 2, name: '三名管理员' }).waitFor()
  await page.fill('#admin-login-0', '')
  await page.getByRole('button', { name: '下一步' }).click()
  await page.getByText('账号是 2 到 32 个').first().waitFor()
  for (const [n, login] of ['sysadmin', 'secadmin', 'auditor'].entries()) {
    await page.fill(`#admin-login-${n}`, login)
    await page.fill(`#admin-name-${n}`, people[login].name)
  }
  await wholePage(page, wrong, 'setup-3')
  await page.reload()
  assert.equal(await page.inputValue('#admin-login-2'), 'auditor', 'what was typed outlives a reload')
  await page.getByRole('button', { name: '下一步' }).click()
  const units = { chief: 0, prosecutor: 0, clerk: 1, officer: 2 }
  for (const [n, login] of ['chief', 'prosecutor', 'clerk', 'officer'].entries()) {
    await page.getByRole('button', { name: '加一名用户' }).click()
    await page.fill(`#user-name-${n}`, people[login].name)
    await page.fill(`#user-login-${n}`, login)
    await page.selectOption(`#user-unit-${n}`, String(units[login]))
    await page.selectOption(`#user-role-${n}`, { label: people[login].post })
  }
  await wholePage(page, wrong, 'setup-4')
  await page.getByRole('button', { name: '下一步' }).click()
  await wholePage(page, wrong, 'setup-5')
  await page.getByRole('button', { name: '完成设置' }).click()
  await page.getByRole('heading', { name: '设置完成' }).waitFor()
  for (const line of await page.locator('.once li').all()) {
    const login = (await line.locator('.who .muted').innerText()).trim()
    people[login].password = (await line.locator('code').innerText()).trim()
  }
  assert.deepEqual(Object.keys(people).filter((l) => !people[l].password), [])
  await picture(page, 'setup-done')
  await axeClean(page, 'set-up done')
  nothingWrong(wrong, 'wizard')
  await context.close()
})

trial('everybody signs in, must change the first password, and is told of the last sign-in', async () => {
  for (const login of Object.keys(people)) {
    const { context, page, wrong } = await openPage(house, WIDE)
    await enter(page, login, people[login].password)
    await changePassword(page, people[login].password, FRESH)
    if (ADMINISTRATORS.includes(login)) {
      await page.locator('#factor-password').waitFor()
      assert.deepEqual(await menuOf(page), [], 'administrators get nowhere before they have a second factor')
      if (login === 'sysadmin') await wholePage(page, wrong, 'must-enrol')
      await bindFirst(page, FRESH)
    }
    await page.locator('main h1:not(.hidden-label)').waitFor()
    await settled(page)
    nothingWrong(wrong, `first sign-in of ${login}`)
    states[login] = await context.storageState()
    await context.close()
  }
  const { context, page, wrong } = await openPage(house, WIDE)
  await enter(page, 'prosecutor', 'not-this-one')
  await page.locator('form [role=alert]').first().waitFor()
  await enter(page, 'prosecutor', FRESH)
  await page.getByText(/上次登录：.*此后有 1 次密码或验证码输错/).waitFor()
  wrong.splice(0)
  await context.close()
})

const as = (login, viewport = WIDE, more = {}) => openPage(house, viewport, { state: states[login], ...more })

trial('a clue is opened to an agency, without and with personal fields', async () => {
  const { context, page, wrong } = await as('prosecutor')
  await page.goto('/clues')
  await page.getByText(`共 ${convicted.length} 条线索`).waitFor()
  const addresses = await page.locator('td a[href^="/clues/"]').evaluateAll((links) => links.map((l) => l.getAttribute('href')))
  opened = addresses[0]
  states.hidden = addresses[1]
  await page.goto(opened)
  await page.getByRole('button', { name: '为什么我看得到' }).click()
  await page.locator('dialog[open] .verdict', { hasText: '我看得到' }).waitFor()
  await picture(page, 'why')
  await axeClean(page, 'why')
  await page.keyboard.press('Escape')
  for (const unit of ['合江县交通运输局', '合江县人民政府办公室']) {
    await page.getByRole('button', { name: '开放', exact: true }).first().click()
    await page.selectOption('#grant-unit', { label: unit })
    await page.selectOption('#grant-fields', 'personal')
    await page.fill('#grant-purpose', '核查从业资格')
    await picture(page, 'grant')
    await page.locator('dialog[open]').getByRole('button', { name: '开放', exact: true }).click()
    await page.getByRole('button', { name: `对 ${unit} 关闭` }).waitFor()
  }
  nothingWrong(wrong, 'opening a clue')
  await context.close()
})

trial('six people, six worlds', async (t) => {
  const worlds = {
    prosecutor: { menu: ['工作台', '总览', '线索', '全部线索', '线索池', '登记线索', '事项', '全部事项', '新事项', '会议', '联席会议', '专项', '文书', '全部文书', '回复台账', '文书模板', '数据资源池', '数据集', '批次', '导入', '监督模型', '知识库', '法规库', '统计', '审批', '组织人员', '组织机构', '人员', '专班与人才库', '角色与权限'].filter((m) => m !== '导入'), clues: convicted.length, refused: '/import' },
    officer: { menu: ['工作台', '总览', '线索', '全部线索', '事项', '全部事项', '新事项', '会议', '联席会议', '专项', '文书', '全部文书', '回复台账', '文书模板', '数据资源池', '数据集', '批次', '导入', '知识库', '法规库', '统计', '审批', '组织人员', '组织机构', '人员', '专班与人才库', '角色与权限'], clues: 1, refused: '/models' },
    clerk: { menu: ['工作台', '总览', '线索', '全部线索', '事项', '全部事项', '新事项', '会议', '联席会议', '专项', '文书', '全部文书', '回复台账', '文书模板', '数据资源池', '数据集', '批次', '知识库', '法规库', '统计', '审批', '组织人员', '组织机构', '人员', '专班与人才库', '角色与权限'], clues: 1, refused: '/models' },
    sysadmin: { menu: ['知识库', '法规库', '组织人员', '组织机构', '人员', '专班与人才库', '角色与权限', '设置', '备份与密钥'], refused: '/clues' },
    secadmin: { menu: ['知识库', '法规库', '组织人员', '组织机构', '人员', '专班与人才库', '证书和印章', '角色与权限', '审计', '异常告警', '设置', '备份与密钥'], refused: '/audit' },
    auditor: { menu: ['知识库', '法规库', '组织人员', '组织机构', '人员', '专班与人才库', '角色与权限', '审计', '审计记录', '异常告警'], refused: '/backup' },
  }
  const seen = new Set()
  for (const [login, world] of Object.entries(worlds)) {
    await t.test(
      login,
      watched(`world of ${login}`, async () => {
        const { context, page, wrong } = await as(login)
        await page.goto('/')
        await settled(page)
        const menu = await menuOf(page)
        assert.deepEqual(menu, world.menu)
        seen.add(menu.join())
        await wholePage(page, wrong, `world-${login}`)
        if (world.clues !== undefined) {
          await page.goto('/clues')
          await page.getByText(`共 ${world.clues} 条线索`).waitFor()
          const links = await page.locator('td a[href^="/clues/"]').evaluateAll((l) => l.map((x) => x.getAttribute('href')))
          assert.ok(links.includes(opened))
          nothingWrong(wrong, `clues of ${login}`)
          if (world.clues === 1) {
            await page.goto(states.hidden)
            await page.getByRole('button', { name: '为什么我看不到' }).click()
            await page.locator('dialog[open] .verdict', { hasText: '我看不到' }).waitFor()
            assert.ok(wrong.splice(0).every((w) => /404/.test(w)), 'a foreign clue does not exist')
            await picture(page, `why-not-${login}`)
          }
        } else {
          const status = await page.evaluate((a) => fetch(`/api${a}`).then((r) => r.status), opened)
          assert.equal(status, 403)
          wrong.splice(0)
        }
        await page.goto(world.refused)
        await page.getByRole('heading', { name: /现有的任职不能使用/ }).waitFor()
        await wholePage(page, wrong, `refused-${login}`)
        await context.close()
      }),
    )
  }
  assert.equal(seen.size, 6)
})

trial('a second factor: bound with a code, asked for when signing in, replaced by a recovery code', async () => {
  const { context, page, wrong } = await as('chief')
  await page.goto('/account')
  await page.getByRole('button', { name: '绑定', exact: true }).click()
  await page.fill('#factor-password', FRESH)
  await page.getByRole('button', { name: '下一步' }).click()
  await page.getByRole('img', { name: '绑定动态验证码的二维码' }).waitFor()
  await picture(page, 'totp-qr')
  await axeClean(page, 'second factor')
  await page.getByText('不能扫描').click()
  const secret = (await page.locator('.secret').innerText()).replace(/\s/g, '')
  await page.fill('#factor-code', '000000')
  await page.locator('dialog[open]').getByRole('button', { name: '绑定', exact: true }).click()
  await page.locator('dialog[open] [role=alert]').waitFor()
  wrong.splice(0)
  await page.fill('#factor-code', totp(secret))
  await page.locator('dialog[open]').getByRole('button', { name: '绑定', exact: true }).click()
  await page.getByRole('list', { name: '恢复码' }).waitFor()
  const codes = await page.locator('.codes li').allInnerTexts()
  await picture(page, 'totp-codes')
  await page.getByRole('checkbox', { name: '我已经把恢复码保存在安全的地方' }).check()
  await page.getByRole('button', { name: '完成' }).click()
  await page.getByText('● 已绑定').waitFor()
  nothingWrong(wrong, 'binding')
  await context.close()

  for (const [name, code] of [
    ['app', totp(secret, 1)],
    ['recovery', codes[0].trim()],
  ]) {
    const again = await openPage(house, WIDE)
    await enter(again.page, 'chief', FRESH)
    await again.page.locator('#code:focus').waitFor()
    await axeClean(again.page, 'second step')
    await picture(again.page, `sign-in-code-${name}`)
    if (name === 'recovery') await again.page.getByRole('button', { name: '手机不在身边，用恢复码' }).click()
    await again.page.fill('#code', code)
    await again.page.keyboard.press('Enter')
    await again.page.getByRole('heading', { level: 1, name: '工作台' }).waitFor()
    states.chief = await again.context.storageState()
    await again.context.close()
  }
})

trial('the eye: not one’s own matter needs approval; approved, the value shows for a while', async () => {
  const stranger = drivers[9]
  const asker = await as('prosecutor')
  await asker.page.goto(`/pool/ride_hailing_license?text=${encodeURIComponent(stranger.name)}`)
  const row = await asker.page.locator('td a[href*="/rows/"]').first().getAttribute('href')
  states.row = row
  await asker.page.goto(row)
  await asker.page.getByRole('button', { name: '查看明文' }).click()
  await asker.page.getByRole('button', { name: '查看', exact: true }).click()
  await asker.page.getByText('请选择事由。').waitFor()
  await asker.page.selectOption('#reveal-purpose', { label: '办案' })
  await asker.page.fill('#reveal-reason', '核对证号')
  await asker.page.getByRole('button', { name: '查看', exact: true }).click()
  await asker.page.getByText('这个事由要写明案号。').waitFor()
  await asker.page.fill('#reveal-case', '合检行公〔2026〕12号')
  await axeClean(asker.page, 'reveal')
  await picture(asker.page, 'reveal')
  await asker.page.getByRole('button', { name: '查看', exact: true }).click()
  await asker.page.getByRole('button', { name: '提出申请' }).waitFor()
  assert.equal(await asker.page.inputValue('#reveal-reason'), '核对证号', 'nothing typed is lost')
  asker.wrong.splice(0)
  await picture(asker.page, 'reveal-request')
  await asker.page.getByRole('button', { name: '提出申请' }).click()
  await asker.page.getByText(/已提出第 \d+ 号审批申请/).waitFor()
  await asker.page.goto('/approvals')
  await asker.page.getByText('查看敏感信息').first().waitFor()
  await wholePage(asker.page, asker.wrong, 'approvals-mine')

  const chief = await as('chief')
  await chief.page.goto('/approvals')
  await chief.page.getByRole('button', { name: /^办理第/ }).click()
  await picture(chief.page, 'approval-decide')
  await axeClean(chief.page, 'approval')
  await chief.page.fill('#approval-words', '同意核对')
  await chief.page.locator('dialog[open]').getByRole('button', { name: '同意', exact: true }).click()
  await chief.page.getByText('已同意，申请人现在可以查看。').waitFor()
  nothingWrong(chief.wrong, 'approval')
  await chief.context.close()

  await asker.page.goto(row)
  await asker.page.getByRole('button', { name: '查看明文' }).click()
  await asker.page.fill('#reveal-reason', '核对证号')
  await asker.page.getByRole('button', { name: '查看', exact: true }).click()
  await asker.page.getByText(/秒后遮蔽/).waitFor()
  await asker.page.getByText(stranger.id).first().waitFor()
  await wholePage(asker.page, asker.wrong, 'revealed')
  await asker.page.getByRole('button', { name: '现在遮蔽' }).click()
  assert.equal(await asker.page.getByText(stranger.id).count(), 0, 'masked again')
  nothingWrong(asker.wrong, 'reveal')
  await asker.context.close()
})

trial('the auditor finds who saw it and why, checks the chain, and takes evidence along', async () => {
  const { context, page, wrong } = await as('auditor')
  await page.goto('/audit')
  await page.getByText(/共 .* 条记录/).waitFor()
  await wholePage(page, wrong, 'audit-search')
  await page.goto('/audit?tab=lookup')
  await page.getByLabel('数据行或线索的页面地址').fill(house.address + states.row)
  await page.getByRole('button', { name: '谁看过' }).click()
  await page.getByRole('table', { name: '谁看过' }).getByText('检某').first().waitFor()
  await wholePage(page, wrong, 'audit-who')
  await page.goto('/audit?tab=replay')
  await page.locator('#who').fill('检某')
  await page.getByRole('option', { name: /检某/ }).click()
  await page.getByRole('button', { name: '回放' }).click()
  await page.getByRole('table', { name: '这一天的记录' }).waitFor()
  await wholePage(page, wrong, 'audit-day')
  await page.goto('/audit?tab=chain')
  await page.getByRole('button', { name: '校验全部记录' }).click()
  await page.getByText('全部记录完整').waitFor({ timeout: JOB })
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: '导出证据' }).click()
  assert.match((await download).suggestedFilename(), /\.zip$/)
  await wholePage(page, wrong, 'audit-chain')
  await context.close()
})

everyLook('every page of the house', () => [
  {
    open: (viewport) => as('prosecutor', viewport),
    pages: { account: '/account', 'account-sessions': '/account?tab=sessions', 'account-rights': '/account?tab=rights', delegations: '/account?tab=delegations', 'clue-opened': opened, teams: '/teams', talents: '/teams?tab=talents', approvals: '/approvals' },
  },
  { open: (viewport) => as('sysadmin', viewport), pages: { organisations: '/organisations', organisation: '/organisations/1', people: '/people', backup: '/backup' } },
  { open: (viewport) => as('secadmin', viewport), pages: { person: '/people/prosecutor', roles: '/roles?role=prosecutor', alarms: '/alarms', key: '/backup' } },
  { open: (viewport) => as('auditor', viewport), pages: { audit: '/audit', 'audit-empty': '/audit?tab=lookup' } },
])
