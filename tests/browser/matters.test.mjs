// SPDX-License-Identifier: MulanPSL-2.0
// Matters in the demo county: an agency and a procuratorate take one case forward and one back, from the first step to the last, as
// five people; what one does stands on another's screen within two seconds. And the pages themselves, by keyboard and mouse.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { axeClean, noSidewaysScroll, nothingWrong, picture, settled, wholePage } from './checks.mjs'
import { enter } from './doors.mjs'
import { county, NARROW, openHouse, openPage, slower, WIDE } from './house.mjs'
import { trial } from './trial.mjs'

const LIVE = 2000 * slower
const states = {}
let house
let unit

before(async () => {
  house = await openHouse(county)
})
after(async () => {
  await house?.end()
})

async function as(login, viewport = WIDE) {
  const opened = await openPage(house, viewport, { state: states[login] })
  if (states[login]) return opened
  await enter(opened.page, login, house.passwords[login])
  await opened.page.locator('#login').waitFor({ state: 'detached' })
  await opened.page.locator('main h1:not(.hidden-label)').waitFor()
  states[login] = await opened.context.storageState()
  opened.wrong.length = 0
  return opened
}

const now = () => new Date(Date.now() + 8 * 3600_000).toISOString()
const today = () => now().slice(0, 10)
const minute = () => now().slice(0, 16)
const dialog = (page) => page.locator('dialog[open]')

/* What clicking shows nothing new of is asked of the server directly, by the same person. */
async function call(page, method, path, body) {
  const answer = await page.evaluate(
    async ([method, path, body]) => {
      const session = await (await fetch('/api/session')).json()
      const r = await fetch(path, { method, headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': session.csrf }, body: body && JSON.stringify(body) })
      return { status: r.status, body: await r.json() }
    },
    [method, path, body],
  )
  assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

async function unitOf(page, kind) {
  unit ??= (await call(page, 'GET', '/api/organisations')).items
  return unit.find((u) => u.kind === kind).organisation
}

/** One action through its dialog: fields by their ids, then the button. */
async function act(page, title, fields = {}) {
  const bar = page.locator('.bar')
  const button = bar.getByRole('button', { name: title, exact: true }).first()
  const more = bar.getByRole('button', { name: '更多', exact: true })
  await button.or(more).first().waitFor()
  await settled(page)
  if (!(await button.isVisible())) await more.click()
  await button.click()
  const box = dialog(page)
  const go = box.locator('button[type=submit]')
  await go.filter({ hasText: title }).waitFor()
  for (const [field, value] of Object.entries(fields)) {
    const at = box.locator(/^(act|said)-/.test(field) ? `#${field}` : `#field-${field}`)
    if ((await at.evaluate((e) => e.tagName)) === 'SELECT') await at.selectOption({ label: value })
    else await at.fill(value)
  }
  await go.click()
  await box.waitFor({ state: 'detached' })
}

/** On a screen that only looks on, right after the other's act. */
const appears = (locator) => locator.waitFor({ timeout: LIVE })
/* A desk that is being read says that something came, and shows it when asked. */
const arrives = (page, title) => appears(page.getByRole('link', { name: title }).or(page.getByText('项新任务')).first())

const PDF = '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n'

const reverse = { decision_no: '江检刑不诉〔2026〕7号', decided_on: today(), kind: '相对不起诉', charge: '盗窃罪', party_name: '蒲某某' }
let back

trial('a new matter by keyboard: the flow, what is missing, what was typed outlives a reload', async () => {
  const { page, wrong } = await as('xingshi')
  await page.goto('/desk')
  await settled(page)
  await wholePage(page, wrong, 'desk')
  await page.getByRole('link', { name: '新事项' }).last().click()
  await page.getByRole('link', { name: /^行刑反向衔接(?!：)/ }).waitFor() // not the desk's matters, which go on
  await wholePage(page, wrong, 'matter-flows')
  await page.getByRole('link', { name: /^行刑反向衔接(?!：)/ }).focus()
  await page.keyboard.press('Enter')
  await page.locator('#field-decision_no').waitFor()
  await page.getByRole('button', { name: '发起', exact: true }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('请填写被不起诉人。').waitFor()
  await wholePage(page, wrong, 'matter-new')
  await page.selectOption('#party-agency', { label: '江城县市场监督管理局' })
  await page.selectOption('#field-kind', { label: reverse.kind })
  for (const field of ['decision_no', 'decided_on', 'charge', 'party_name']) await page.fill(`#field-${field}`, reverse[field])
  await page.reload()
  await page.waitForFunction((name) => document.querySelector('#field-party_name')?.value === name, reverse.party_name)
  await page.locator('#field-party_name').press('Enter')
  await page.getByRole('heading', { level: 1, name: '行刑反向衔接：蒲某某' }).waitFor()
  back = new URL(page.url()).pathname
  await wholePage(page, wrong, 'matter')
  await page.getByRole('button', { name: '为什么是这一天' }).first().click()
  await page.getByRole('table', { name: /年\d+月/ }).first().waitFor()
  await wholePage(page, wrong, 'matter-why')
})

trial('one case back, from the prosecutors to the agency and its reply', async () => {
  const criminal = await as('xingshi')
  const administrative = await as('xingzheng')
  const chief = await as('jianchazhang')
  const officer = await as('shijianzhifa')
  const head = await as('shijian')
  for (const { page } of [administrative, officer, head]) {
    await page.goto('/desk')
    await settled(page)
  }
  for (const { page } of [criminal, chief]) await page.goto(back)
  await act(criminal.page, '移送行政检察')
  await arrives(administrative.page, '行刑反向衔接：蒲某某')
  await picture(administrative.page, 'desk-live')
  await administrative.page.goto(back)
  await act(administrative.page, '受理', { accepted_on: today() })
  await act(administrative.page, '报检察长审批', { recommendation: '提出检察意见', violation: '盗窃财物价值一千元，已退赃', limitation_over: '否' })
  await appears(chief.page.getByRole('button', { name: '批准提出检察意见' }))
  await act(chief.page, '批准提出检察意见')
  await appears(administrative.page.getByRole('button', { name: '已经送达' }))
  await act(administrative.page, '已经送达', { opinion_no: '江检行意〔2026〕3号', served_on: today() })
  /* Nobody is this office's liaison officer, so its head takes the work up. */
  await arrives(head.page, '行刑反向衔接：蒲某某')
  await head.page.goto(back)
  await act(head.page, '签收并交办')
  await arrives(officer.page, '行刑反向衔接：蒲某某')
  await officer.page.goto(back)
  await act(officer.page, '立案', { filing: '是', filed_on: today() })
  await act(officer.page, '报负责人审批', { handling: '给予行政处罚', handled_on: today() })
  await act(head.page, '批准')
  await head.page.getByRole('button', { name: '回复处理结果' }).click()
  await dialog(head.page).locator('input[type=file]').setInputFiles({ name: '回复函.pdf', mimeType: 'application/pdf', buffer: Buffer.from(PDF) })
  await dialog(head.page).getByText('这一步已有材料').waitFor()
  await axeClean(head.page, 'act with a file')
  await dialog(head.page).locator('#field-replied_on').fill(today())
  await dialog(head.page).locator('button[type=submit]').click()
  await dialog(head.page).waitFor({ state: 'detached' })
  await appears(administrative.page.getByRole('button', { name: '办结' }))
  await act(administrative.page, '办结', { assessment: '处理恰当' })
  await appears(officer.page.getByText('主管机关已经处理并回复').first())
  await wholePage(officer.page, officer.wrong, 'matter-closed')
  for (const one of [criminal, administrative, chief, head]) nothingWrong(one.wrong, 'a case back')
  for (const one of [criminal, administrative, chief, head, officer]) await one.context.close()
})

trial('one case forward, from the agency to the police, with a copy for the procuratorate', async () => {
  const officer = await as('shijianzhifa')
  const head = await as('shijian')
  const police = await as('minjing')
  const prosecutor = await as('xingshi')
  await officer.page.goto('/matters')
  const made = await call(officer.page, 'POST', '/api/matters', {
    flow: 'forward_transfer',
    parties: { police: await unitOf(officer.page, 'police'), procuratorate: await unitOf(officer.page, 'procuratorate') },
    values: { party_name: '岳某某', found_on: today(), charge: '生产、销售有毒、有害食品罪' },
  })
  const forward = `/matters/${made.id}`
  for (const { page } of [officer, head]) await page.goto(forward)
  for (const { page } of [police, prosecutor]) {
    await page.goto('/desk')
    await settled(page)
  }
  await act(officer.page, '呈报移送报告', { facts: '检出罂粟碱', team: '马食安、安某', reported_on: today() })
  await appears(head.page.getByRole('button', { name: '批准移送', exact: true }))
  await act(head.page, '批准移送', { approved_at: minute() })
  await appears(officer.page.getByRole('button', { name: '移送', exact: true }))
  await act(officer.page, '移送', { transfer_no: '江市监移〔2026〕1号' })
  await arrives(police.page, '涉嫌犯罪案件移送：岳某某')
  await police.page.goto(forward)
  await act(police.page, '签收', { received_at: minute() })
  await act(police.page, '材料齐全，转审查立案', { check: '材料齐全' })
  await act(police.page, '立案并通知移送机关', { decision: '立案', filing_no: '江公立〔2026〕9号', notice_on: today() })
  await appears(officer.page.getByRole('button', { name: '移交', exact: true }))
  await act(officer.page, '移交', { handed_on: today() })
  await appears(police.page.getByRole('button', { name: '清点签收，移送办结' }))
  await act(police.page, '清点签收，移送办结')
  await appears(officer.page.locator('.head .mark', { hasText: '已办结' }))
  for (const one of [officer, head, police, prosecutor]) {
    nothingWrong(one.wrong, 'a case forward')
    await one.context.close()
  }
})

trial('somebody was faster: what was typed stays, and goes on; then it is taken back', async () => {
  const { page, wrong } = await as('xingshi')
  await page.goto('/matters')
  const made = await call(page, 'POST', '/api/matters', {
    flow: 'reverse_transfer',
    level: 'urgent',
    parties: { agency: await unitOf(page, 'market_supervision') },
    values: { ...reverse, decision_no: '江检刑不诉〔2026〕8号', party_name: '吴某某' },
  })
  const at = `/matters/${made.id}`
  await page.goto(at)
  await page.locator('.bar').getByRole('button', { name: '移送行政检察' }).click()
  await dialog(page).locator('#act-note').fill('卷宗两册随案移送')
  /* The page hears of nothing, so that it is still at what it saw first. */
  await page.route('**/api/matters/*', (route) => (route.request().method() === 'GET' ? route.abort() : route.continue()))
  await call(page, 'POST', `/api${at}/acts`, { verb: 'urge' })
  await page.waitForTimeout(700)
  await page.unroute('**/api/matters/*')
  await dialog(page).locator('button[type=submit]').click()
  await dialog(page).getByText('填写期间事项有了变化').waitFor()
  assert.match(wrong.splice(0).join(), /reply: 4(09|12)/)
  await picture(page, 'matter-conflict')
  assert.equal(await page.inputValue('#act-note'), '卷宗两册随案移送')
  await dialog(page).getByRole('button', { name: '按新的情况继续' }).click()
  await dialog(page).waitFor({ state: 'detached' })
  await page.getByText('卷宗两册随案移送').waitFor()
  await page.getByRole('button', { name: '撤销“移送行政检察”' }).click()
  await dialog(page).getByText('这样做以后').waitFor()
  await page.fill('#act-reason', '卷宗还没有装订')
  await wholePage(page, wrong, 'matter-undo')
  await dialog(page).locator('button[type=submit]').click()
  await dialog(page).waitFor({ state: 'detached' })
  await page.locator('.bar').getByRole('button', { name: '移送行政检察' }).waitFor()
  await page.getByRole('button', { name: /^看当时的事项：/ }).last().click()
  await page.getByText('只能看，不能办理').waitFor()
  await settled(page)
  assert.equal(await page.locator('.next').count(), 0)
  await page.getByRole('button', { name: '回到现在' }).click()
  await page.fill('#said', '请补充扣押清单。')
  await page.getByRole('button', { name: '发送' }).click()
  await page.getByText('请补充扣押清单。').waitFor()
  nothingWrong(wrong, 'undo, the past, the conversation')
})

trial('the list by keyboard, its drawer, the board, the calendar, the figures', async () => {
  const { page, wrong } = await as('xingshi')
  await page.goto('/matters')
  await settled(page)
  const links = page.locator('td.head a, td a[href^="/matters/"]')
  await links.first().focus()
  await page.keyboard.press('Enter')
  await page.getByRole('complementary', { name: '事项详情' }).getByRole('heading', { level: 2 }).waitFor()
  await wholePage(page, wrong, 'matters-drawer')
  await page.keyboard.press('Escape')
  await page.waitForFunction(() => document.activeElement?.matches('a[href^="/matters/"]'))
  await page.getByRole('checkbox', { name: '选中本页全部' }).check()
  await page.getByRole('region', { name: '批量操作' }).getByRole('button', { name: '复制' }).waitFor()
  await wholePage(page, wrong, 'matters')
  await page.getByRole('button', { name: '看板' }).click()
  await page.getByRole('region', { name: '按步骤的看板' }).waitFor()
  await wholePage(page, wrong, 'matters-board')
  await page.getByRole('button', { name: '日历' }).click()
  await page.getByRole('table', { name: /到期和会议/ }).waitFor()
  await wholePage(page, wrong, 'matters-calendar')
  await page.goto('/matters/figures')
  await page.getByRole('link', { name: /办理中 \d+ 件/ }).first().waitFor()
  await wholePage(page, wrong, 'matters-figures')
  await page.getByRole('link', { name: /办理中 \d+ 件/ }).first().click()
  await page.getByRole('heading', { level: 1, name: '事项' }).waitFor()
  nothingWrong(wrong, 'figures open their rows')
})

trial('a task is handled on a phone without zooming', async () => {
  const { page, wrong } = await as('xingshi', NARROW)
  await page.goto('/desk')
  await wholePage(page, wrong, 'desk-narrow')
  await page.goto('/matters')
  await wholePage(page, wrong, 'matters-narrow')
  await page.goto('/desk')
  await page.getByRole('link', { name: '刑事检察移送：行刑反向衔接' }).first().click()
  await page.locator('.next').waitFor()
  await wholePage(page, wrong, 'matter-narrow')
  await page.locator('.next').tap()
  await dialog(page).locator('button[type=submit]').waitFor()
  await noSidewaysScroll(page, 'act on a phone')
  await picture(page, 'matter-act-narrow')
  await dialog(page).locator('button[type=submit]').tap()
  await dialog(page).waitFor({ state: 'detached' })
  nothingWrong(wrong, 'a task on a phone')
})
