// SPDX-License-Identifier: MulanPSL-2.0
// The demo county over a few days: units and posts come in by sheet, somebody leaves, lots are drawn, work is delegated, many rows
// are exported with two approvals, a backup is proven, the key is turned, and a curious look raises an alarm.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { axeClean, nothingWrong, picture, settled, wholePage } from './checks.mjs'
import { bindFirst, enter } from './doors.mjs'
import { county, NARROW, openHouse, openPage, run, slower, WIDE } from './house.mjs'
import { csv, manyLicenses } from './people.mjs'
import { trial } from './trial.mjs'

const JOB = 60_000 * slower
const MANY = 5001
const states = {}
let house

before(async () => {
  house = await openHouse(county)
})
after(async () => {
  await house?.end()
})

/* Signed in once each; administrators set up their second factor on the way. */
async function as(login, viewport = WIDE) {
  const opened = await openPage(house, viewport, { state: states[login] })
  if (states[login]) return opened
  const { context, page, wrong } = opened
  await enter(page, login, house.passwords[login])
  await page.locator('#login').waitFor({ state: 'detached' })
  const factor = page.locator('#factor-password')
  const stands = page.locator('main h1:not(.hidden-label)')
  await factor.or(stands).first().waitFor()
  if (await factor.isVisible()) await bindFirst(page, house.passwords[login])
  await stands.waitFor()
  await settled(page)
  nothingWrong(wrong, `sign-in of ${login}`)
  states[login] = await context.storageState()
  return opened
}

const dialog = (page) => page.locator('dialog[open]')

async function pick(page, field, name) {
  await page.locator(field).fill(name)
  await page.getByRole('option', { name: new RegExp(name) }).click()
}

async function give(page, name, rows) {
  await dialog(page).locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(csv(rows)) })
}

const UNITS = ['机构名称', '简称', '种类', '上级机构', '领导机关', '行政区划代码']
const POSTS = ['登录名', '姓名', '机构', '部门', '角色', '职务', '联络员', '截止日期']

/* The auditor hears of it at the end. */
trial('a curious officer asks for clues that are not there', async () => {
  const { page, wrong } = await as('shijianzhifa')
  const answers = await page.evaluate(() => Promise.all(Array.from({ length: 31 }, (_, n) => fetch(`/api/clues/${String(n).padStart(32, '0')}`).then((r) => r.status))))
  assert.deepEqual([...new Set(answers)], [404])
  wrong.splice(0)
})

trial('units come in by sheet: nothing of a faulty one, all of the corrected one', async () => {
  const { page, wrong } = await as('admin')
  await page.goto('/organisations')
  await page.getByRole('button', { name: '导入' }).click()
  const good = ['江城县农业农村局', '县农业农村局', '农业农村局', '', '', '']
  await give(page, '机构.csv', [UNITS, good, ['江城县气象局', '', '气象局儿', '', '', ''], ['江城县渔政大队', '', '农业农村局', '没有的机构', '', '']])
  const problems = page.getByRole('table', { name: '表格的问题' })
  await problems.getByRole('cell', { name: '第 3 行' }).first().waitFor()
  await problems.getByRole('cell', { name: '第 4 行' }).first().waitFor()
  assert.equal(await problems.getByRole('cell', { name: '第 2 行' }).count(), 0, 'a good line is not blamed')
  await axeClean(page, 'sheet with problems')
  await picture(page, 'sheet-problems')
  await give(page, '机构.csv', [UNITS, good])
  await page.getByText(/已导入 1 行：新增 1/).waitFor()
  await page.getByRole('button', { name: '完成' }).click()
  await page.getByRole('link', { name: '江城县农业农村局' }).waitFor()

  await page.goto('/people')
  await page.getByRole('button', { name: '新建账号' }).click()
  await page.fill('#person-name', '农先知')
  await page.fill('#person-login', 'nongye')
  await dialog(page).getByRole('button', { name: '新建', exact: true }).click()
  await page.getByRole('heading', { name: '账号已建立' }).waitFor()
  await page.getByRole('button', { name: '已经交给本人' }).click()
  await page.getByRole('link', { name: '农先知' }).first().waitFor()
  nothingWrong(wrong, 'units by sheet')
})

trial('posts come in by sheet; the list of people answers who holds a role', async () => {
  const { page, wrong } = await as('anquan')
  await page.goto('/people')
  await page.getByRole('button', { name: '导入' }).click()
  const posts = (role, login = 'nongye') => [POSTS, [login, '农先知', '江城县农业农村局', '', '行政执法人员', '', '', ''], ['anguan', '方正之', '江城县人民检察院', '', role, '', '', '']]
  await give(page, '人员.csv', posts('检查长', 'nobody'))
  const problems = page.getByRole('table', { name: '表格的问题' })
  await problems.getByRole('cell', { name: '第 2 行' }).first().waitFor()
  await problems.getByRole('cell', { name: '第 3 行' }).first().waitFor()
  await give(page, '人员.csv', posts('检察长'))
  await page.getByText(/已导入 2 行/).waitFor()
  await page.getByRole('button', { name: '完成' }).click()

  await page.selectOption('#role', { label: '检察长' })
  await page.getByText('共 3 人').waitFor()
  for (const name of ['何远山', '方正之']) await page.getByRole('link', { name }).waitFor()
  await page.selectOption('#organisation', { label: await page.locator('#organisation option', { hasText: '江城县农业农村局' }).innerText() })
  await page.getByText('江城县农业农村局中没有检察长。').waitFor()
  await wholePage(page, wrong, 'people-none')
  await page.getByRole('button', { name: '清除全部条件' }).click()
  await page.getByText(/共 3\d 人/).waitFor()
  nothingWrong(wrong, 'posts by sheet')
})

trial('somebody leaves: the last administrator cannot, a liaison officer hands over, and the open page ends', async () => {
  const leaver = await as('fulian')
  const { page, wrong } = await as('anquan')
  await page.goto('/people/shenji')
  await page.getByRole('button', { name: '离任交接' }).click()
  await dialog(page).getByText(/江城县人民检察院 · 审计管理员/).waitFor()
  await dialog(page).getByRole('button', { name: '交接并停用账号' }).click()
  await dialog(page).locator('[role=alert]').waitFor()
  assert.ok(wrong.splice(0).length > 0, 'the last administrator stays')
  await page.goto('/people/fulian')
  await page.getByRole('button', { name: '离任交接' }).click()
  await dialog(page).getByText(/江城县人民政府办公室 · 联络员（联络员）/).waitFor()
  await picture(page, 'leave')
  await axeClean(page, 'leaving')
  await pick(page, '#successor', '严从简')
  await dialog(page).getByRole('button', { name: '交接并停用账号' }).click()
  await page.getByText('○ 停用').waitFor()
  await page.goto('/organisations')
  await page.getByRole('row', { name: /江城县人民政府办公室/ }).getByRole('link', { name: '严从简' }).waitFor()
  nothingWrong(wrong, 'leaving')
  await leaver.page.goto('/organisations')
  await leaver.page.locator('#login').waitFor()
  assert.ok(leaver.wrong.splice(0).every((w) => /40[13]/.test(w)))
})

trial('lots are drawn from a pool; the seed that is shown gives the same result here', async () => {
  const { page, wrong } = await as('jianchazhang')
  await page.goto('/teams')
  await page.getByRole('link', { name: '江城县检察听证员库' }).click()
  await page.getByRole('button', { name: '抽取', exact: true }).click()
  await page.fill('#draw-purpose', '河道采砂案公开听证')
  await page.fill('#draw-wanted', '9')
  await dialog(page).getByRole('button', { name: '抽取', exact: true }).click()
  await page.getByText('请输入 1 到 6 之间的人数。').waitFor()
  await page.fill('#draw-wanted', '3')
  await dialog(page).locator('label', { hasText: '尚听全' }).locator('input').check()
  await dialog(page).getByRole('button', { name: '抽取', exact: true }).click()
  await page.getByText('刚刚复核，结果一致').waitFor()
  const seed = (await page.locator('.seed').first().innerText()).trim()
  assert.match(seed, /^[0-9a-f]{64}$/)
  const lots = await page.getByRole('table', { name: '抽取结果' }).getByRole('row').evaluateAll((rows) => rows.slice(1).map((r) => [...r.cells].map((c) => c.textContent.trim())))
  assert.equal(lots.length, 6)
  assert.ok(lots.find(([, name]) => name === '尚听全')[2].includes('回避'))
  const lot = (member) => createHash('sm3').update(Buffer.concat([Buffer.from(seed, 'hex'), Buffer.from(member)])).digest('hex')
  const again = lots.filter(([, , state]) => !state.includes('回避')).sort((a, b) => (lot(a[3]) < lot(b[3]) ? -1 : 1))
  assert.deepEqual(again.map(([, , state]) => state.includes('抽中') && !state.includes('没有')), [true, true, true, false, false])
  await wholePage(page, wrong, 'draw')
  await page.goto('/teams')
  await page.getByRole('button', { name: '新建' }).click()
  await page.selectOption('#team-kind-new', { label: '联合办案组' })
  await page.fill('#team-name', '农药残留联合办案组')
  await dialog(page).getByRole('button', { name: '新建', exact: true }).click()
  await page.getByText('这一种有期限，请选择截止日期。').waitFor()
  await axeClean(page, 'new team')
  await page.fill('#team-until', tomorrow())
  await dialog(page).getByRole('button', { name: '新建', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: '农药残留联合办案组' }).waitFor()
  await page.getByRole('button', { name: '加成员' }).click()
  await pick(page, '#member-login', '农先知')
  await dialog(page).getByRole('button', { name: '加入' }).click()
  await page.getByRole('row', { name: /农先知/ }).waitFor()
  await page.getByRole('button', { name: '结束', exact: true }).click()
  await page.getByText('○ 已结束').first().waitFor()
  nothingWrong(wrong, 'teams')
})

const tomorrow = () => new Date(Date.now() + 36 * 3600_000).toLocaleDateString('sv')

trial('work is delegated until a day, seen by the receiver, and taken back', async () => {
  const giver = await as('xingzheng')
  await giver.page.goto('/account?tab=delegations')
  await giver.page.getByRole('button', { name: '委托他人' }).click()
  await dialog(giver.page).getByRole('button', { name: '委托', exact: true }).click()
  await giver.page.getByText('请选择截止日期，最长一年。').waitFor()
  await axeClean(giver.page, 'delegation')
  await pick(giver.page, '#receiver', '高知行')
  await giver.page.fill('#until', tomorrow())
  await giver.page.fill('#reason', '外出培训')
  await dialog(giver.page).getByRole('button', { name: '委托', exact: true }).click()
  await giver.page.getByRole('button', { name: '结束给 高知行 的委托' }).waitFor()
  await giver.page.getByText(`至 ${tomorrow()}`).waitFor()

  const receiver = await as('jianchaguan')
  await receiver.page.goto('/account?tab=delegations')
  await receiver.page.getByText('沈知衡 委托 高知行').waitFor()
  await receiver.page.getByRole('button', { name: '高知行的菜单' }).click()
  await receiver.page.getByText('受 沈知衡 委托').waitFor()
  nothingWrong(receiver.wrong, 'delegation received')

  await giver.page.getByRole('button', { name: '结束给 高知行 的委托' }).click()
  await giver.page.getByText('○ 已结束').waitFor()
  await receiver.page.reload()
  await receiver.page.getByRole('button', { name: '高知行的菜单' }).click()
  await receiver.page.getByText('检察官').first().waitFor()
  assert.equal(await receiver.page.getByText('受 沈知衡 委托').count(), 0)
  nothingWrong(giver.wrong, 'delegation')
})

trial('rows are exported masked; many of them need two people', async () => {
  const file = join(house.folder, '网约车.csv')
  writeFileSync(file, manyLicenses(MANY))
  run(house.data, 'import', 'ride_hailing_license', file)
  const { page, wrong } = await as('jianchaguan')
  await page.goto('/pool/criminal_verdict?text=%E5%8D%B1%E9%99%A9%E9%A9%BE%E9%A9%B6')
  const total = Number((await page.locator('.pager b').innerText()).replaceAll(',', ''))
  await page.getByRole('button', { name: '导出', exact: true }).click()
  await dialog(page).getByRole('button', { name: /^导出 / }).click()
  await page.getByText('请选择事由。').waitFor()
  await page.selectOption('#export-purpose', { label: '线索核查' })
  await page.getByLabel('CSV（UTF-8）').check()
  await axeClean(page, 'export of rows')
  await picture(page, 'rows-export')
  let download = page.waitForEvent('download')
  await dialog(page).getByRole('button', { name: /^导出 / }).click()
  const text = readFileSync(await (await download).path(), 'utf8')
  assert.ok(text.split('\n').length > total && text.includes('高知行'), 'all rows of the list, under the name of who took them')
  assert.ok(!/\d{17}[\dX]/.test(text), 'numbers stay masked')
  nothingWrong(wrong, 'export of rows')

  await page.goto('/pool/ride_hailing_license')
  await page.getByRole('button', { name: '导出', exact: true }).click()
  await dialog(page).getByRole('button', { name: /^导出 / }).click()
  await page.getByRole('heading', { name: '申请导出数据行' }).waitFor()
  assert.match(wrong.splice(0).join(), /403/)
  await dialog(page).getByRole('button', { name: '提出申请' }).click()
  await page.getByText('请写明为什么要导出这么多。').waitFor()
  await page.fill('#export-reason', '与交通运输局核对全部从业资格')
  await picture(page, 'rows-export-request')
  await dialog(page).getByRole('button', { name: '提出申请' }).click()
  await page.getByText(/已提出第 \d+ 号审批申请/).waitFor()

  for (const chief of ['jianchazhang', 'anguan']) {
    const decides = await as(chief)
    await decides.page.goto('/approvals')
    await decides.page.getByText('导出数据行：网约车从业资格').waitFor()
    await decides.page.getByRole('button', { name: /^办理第/ }).click()
    await dialog(decides.page).getByRole('button', { name: '同意', exact: true }).click()
    await decides.page.getByText(chief === 'anguan' ? '已同意，申请已经生效。' : '已同意，还要另一人同意才生效。').waitFor()
    nothingWrong(decides.wrong, `approval by ${chief}`)
    await decides.context.close()
  }
  await page.getByRole('button', { name: '导出', exact: true }).click()
  download = page.waitForEvent('download')
  await dialog(page).getByRole('button', { name: /^导出 / }).click()
  assert.equal(readFileSync(await (await download).path()).subarray(0, 2).toString(), 'PK')
  await page.getByText(/已导出 5,\d+ 条数据行/).waitFor()
  nothingWrong(wrong, 'export of many rows')
})

/* Whoever may not know of the channel is not offered it. */
trial('the prosecutor for minors asks for the sealed channel', async () => {
  const { page, wrong } = await as('weijian')
  await page.goto('/approvals')
  await page.getByRole('button', { name: '申请封存通道' }).click()
  await dialog(page).getByRole('button', { name: '提出申请' }).click()
  await page.getByText('请写明案号。').waitFor()
  await page.selectOption('#sealed-purpose', { label: '线索核查' })
  await page.fill('#sealed-case', '合检未检〔2026〕3号')
  await page.fill('#sealed-reason', '核对是否另有不起诉')
  await page.fill('#sealed-days', '400')
  await dialog(page).getByText(/^最长 \d+ 天。$/).waitFor()
  await page.fill('#sealed-days', '2')
  await axeClean(page, 'sealed channel')
  await dialog(page).getByRole('button', { name: '提出申请' }).click()
  await page.getByText(/已提出第 \d+ 号申请/).waitFor()
  await page.goto('/approvals?tab=mine')
  await page.getByRole('row', { name: /封存通道/ }).waitFor()
  nothingWrong(wrong, 'sealed channel')
  const chief = await as('jianchazhang')
  await chief.page.goto('/approvals')
  await chief.page.getByText('封存通道').first().waitFor()
  assert.equal(await chief.page.getByRole('button', { name: '申请封存通道' }).count(), 0)
  nothingWrong(chief.wrong, 'sealed channel, decided')
  await chief.context.close()
})

trial('a backup is made and proven by restoring it; the key is turned', async () => {
  const { page, wrong } = await as('admin')
  await page.goto('/backup')
  await page.getByRole('button', { name: '备份', exact: true }).click()
  await dialog(page).getByRole('button', { name: '开始备份' }).click()
  const check = page.getByRole('button', { name: /^校验 / }).first()
  await check.waitFor({ timeout: JOB })
  await page.getByText('✓ 完成').waitFor({ timeout: JOB })
  await check.click()
  await page.waitForFunction(() => [...document.querySelectorAll('.job .mark')].filter((m) => m.textContent.includes('完成')).length === 2, null, { timeout: JOB })
  await page.getByText('没有保存期限已满的内容。').waitFor()
  await wholePage(page, wrong, 'backup-made')
  const { folder, items } = await page.evaluate(() => fetch('/api/backups').then((r) => r.json()))
  const again = join(house.folder, 'again')
  run(again, 'restore', join(folder, items[0].name), '--key-file', join(house.data, 'master.key'))
  assert.equal(JSON.parse(run(again, '--json', 'journal', 'verify')).whole ?? true, true)
  assert.match(run(again, 'user', 'list'), /农先知/)

  const keeper = await as('anquan')
  await keeper.page.goto('/backup')
  await keeper.page.getByText('第 1 代').waitFor()
  await keeper.page.getByRole('button', { name: '更换密钥' }).click()
  await axeClean(keeper.page, 'key')
  await dialog(keeper.page).getByRole('button', { name: '开始更换' }).click()
  await keeper.page.getByText('第 2 代').waitFor({ timeout: JOB })
  await keeper.page.getByText('✓ 完成').waitFor({ timeout: JOB })
  await wholePage(keeper.page, keeper.wrong, 'key-turned')
})

trial('the alarm is acknowledged with words', async () => {
  const { page, wrong } = await as('shenji', NARROW)
  /* Refusals are counted by the minute, and told when it is over; late at night other alarms are there before. */
  const told = () => fetch('/api/alarms').then(async (r) => (await r.json()).items.some((i) => JSON.stringify(i).includes('多次被拒绝')))
  await page.waitForFunction(told, null, { timeout: 90_000 * slower, polling: 1000 })
  await page.goto('/alarms')
  await page.getByRole('button', { name: '处理 马食安 的多次被拒绝' }).click()
  await dialog(page).getByRole('button', { name: '记下' }).click()
  await page.getByText('请写明核实的情况。').waitFor()
  await page.fill('#alarm-words', '本人误用了旧的链接，已提醒。')
  await axeClean(page, 'alarm')
  await picture(page, 'alarm')
  await dialog(page).getByRole('button', { name: '记下' }).click()
  /* Late at night what the others did is told as well. */
  await page.getByRole('button', { name: '处理 马食安 的多次被拒绝' }).waitFor({ state: 'detached' })
  await page.getByRole('tab', { name: '已处理' }).click()
  await page.getByText('本人误用了旧的链接，已提醒。').waitFor()
  await wholePage(page, wrong, 'alarms-handled-narrow')
})
