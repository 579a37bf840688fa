// SPDX-License-Identifier: MulanPSL-2.0
// Matters in the demo county: an agency and a procuratorate take one case forward and one back, from the first step to the last, as
// five people; what one does stands on another's screen within two seconds. And the pages themselves, by keyboard and mouse.
import assert from 'node:assert/strict'
import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { axeClean, noSidewaysScroll, nothingWrong, picture, settled, wholePage } from './checks.mjs'
import { enter } from './doors.mjs'
import { county, NARROW, openHouse, openPage, run, slower, WIDE } from './house.mjs'
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
    if ((await at.evaluate((e) => e.tagName)) === 'SELECT') await at.selectOption(value instanceof RegExp ? (await at.locator('option', { hasText: value }).first().getAttribute('value')) : { label: value })
    else await at.fill(value)
    /* Found by words, then chosen. */
    const found = box.getByRole('radio', { name: value })
    if (field === 'act-target' && (await at.evaluate((e) => e.tagName)) === 'INPUT') await found.first().check()
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
  /* It comes to the office's liaison officer, who passes it on; here to himself. */
  await arrives(officer.page, '行刑反向衔接：蒲某某')
  await officer.page.goto(back)
  await act(officer.page, '签收并交办')
  await act(officer.page, '立案', { filing: '是', filed_on: today() })
  await act(officer.page, '报负责人审批', { handling: '给予行政处罚', handled_on: today() })
  await head.page.goto(back)
  await act(head.page, '批准')
  await officer.page.locator('.bar').getByRole('button', { name: '回复处理结果' }).click()
  await dialog(officer.page).locator('input[type=file]').setInputFiles({ name: '回复函.pdf', mimeType: 'application/pdf', buffer: Buffer.from(PDF) })
  await dialog(officer.page).getByText('这一步已有材料').waitFor()
  await axeClean(officer.page, 'act with a file')
  await dialog(officer.page).locator('#field-replied_on').fill(today())
  await dialog(officer.page).locator('button[type=submit]').click()
  await dialog(officer.page).waitFor({ state: 'detached' })
  await appears(administrative.page.getByRole('button', { name: '办结' }))
  await act(administrative.page, '办结', { assessment: '处理恰当' })
  await appears(officer.page.getByText('主管机关已经处理并回复').first())
  await wholePage(officer.page, officer.wrong, 'matter-closed')
  for (const one of [criminal, administrative, chief, head]) nothingWrong(one.wrong, 'a case back')
  for (const one of [criminal, administrative, chief, head, officer]) await one.context.close()
})

trial('the eye on a matter: the number is masked until a purpose is given, and again afterwards', async () => {
  const number = '51052219900307001X'
  const { page, wrong, context } = await as('xingshi')
  await page.goto('/matters')
  const made = await call(page, 'POST', '/api/matters', {
    flow: 'reverse_transfer',
    parties: { agency: await unitOf(page, 'market_supervision') },
    values: { ...reverse, decision_no: '江检刑不诉〔2026〕9号', party_name: '濮某某', party_id_no: number },
  })
  await page.goto(`/matters/${made.id}`)
  await page.getByRole('heading', { level: 1, name: '行刑反向衔接：濮某某' }).waitFor()
  await settled(page)
  assert.equal(await page.getByText(number).count(), 0, 'masked')
  await page.getByRole('button', { name: '查看明文' }).click()
  await page.selectOption('#reveal-purpose', { label: '办案' })
  await page.fill('#reveal-reason', '核对身份')
  await page.fill('#reveal-case', '江检刑不诉〔2026〕9号')
  await page.getByRole('button', { name: '查看', exact: true }).click()
  await page.getByText(/秒后遮蔽/).waitFor()
  await page.getByText(number).waitFor()
  await wholePage(page, wrong, 'matter-revealed')
  await page.getByRole('button', { name: '现在遮蔽' }).click()
  assert.equal(await page.getByText(number).count(), 0, 'masked again')
  nothingWrong(wrong, 'the eye')
  await context.close()
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
  await page.getByRole('link', { name: '这个月到期的用列表看、导出' }).click()
  await page.locator('.pager b').waitFor()
  nothingWrong(wrong, 'the list of a month')
  await page.getByTitle('为什么是这一天').first().click()
  await dialog(page).getByRole('table', { name: /年\d+月/ }).first().waitFor()
  await axeClean(page, 'why in a list')
})

const ahead = (days) => new Date(Date.now() + (8 + 24 * days) * 3600_000).toISOString().slice(0, 10)
const doing = (page, id, body) => call(page, 'POST', `/api/matters/${id}/acts`, body)

trial('meetings: the next one with its agenda, what is still to be done; a campaign by its units', async () => {
  const liaison = await as('lianluo')
  const { page } = liaison
  await page.goto('/meetings')
  await page.getByText('没有定下日期的会议。').waitFor()
  const subject = '第四季度府检联席会议'
  const made = await call(page, 'POST', '/api/matters', { flow: 'joint_meeting', parties: { partner: await unitOf(page, 'government_office'), members: [await unitOf(page, 'market_supervision')] }, values: { subject } })
  await doing(page, made.id, { verb: 'act', action: 'submit', values: { kind: '例会', topics: '一、假药案件的移送标准\n二、从业资格的共享核查', topic_count: '2', held_on: ahead(12), place: '检察院会议室', chair: '何远山' } })
  for (const [resolution, kind, due_on] of [['印发渔获物案件移送指引', 'ecology_environment', ahead(-6)], ['每月核查从业资格并反馈', 'transport', ahead(20)]]) {
    const one = await call(page, 'POST', '/api/matters', { flow: 'meeting_resolution', parties: { owner: await unitOf(page, kind) }, values: { minutes_no: '府检纪〔2026〕3号' }, links: [{ kind: 'parent', target: made.id }] })
    await doing(page, one.id, { verb: 'act', action: 'assign', values: { resolution, due_on } })
  }
  await page.getByRole('region', { name: '下一次会议' }).getByText('12 天后').waitFor()
  await page.getByRole('row', { name: new RegExp(`${subject}.*2 项，落实 0 项`) }).waitFor()
  const first = page.getByRole('table', { name: '还没有落实的议定事项' }).getByRole('row').nth(1)
  await first.getByText('印发渔获物案件移送指引').waitFor() // the late one
  await wholePage(page, liaison.wrong, 'meetings')
  await page.setViewportSize(NARROW)
  await wholePage(page, liaison.wrong, 'meetings-narrow')

  const host = await as('jianchaguan')
  const chief = await as('jianchazhang')
  await chief.page.goto('/desk')
  await host.page.goto('/campaigns')
  await host.page.getByText('还没有专项监督').waitFor()
  const kinds = ['market_supervision', 'ecology_environment']
  const units = []
  for (const kind of kinds) units.push(await unitOf(host.page, kind))
  const campaign = await call(host.page, 'POST', '/api/matters', { flow: 'campaign', parties: { units }, values: { subject: '农药包装废弃物回收专项' } })
  await doing(host.page, campaign.id, { verb: 'act', action: 'submit', values: { plan: '排查农资店和收集点', scope: '全县', starts_on: ahead(-10), due_on: ahead(30) } })
  await doing(chief.page, campaign.id, { verb: 'act', action: 'approve' })
  await host.page.goto('/campaigns')
  await host.page.getByRole('link', { name: '农药包装废弃物回收专项' }).first().waitFor()
  await wholePage(host.page, host.wrong, 'campaigns')
  await host.page.setViewportSize(NARROW)
  await wholePage(host.page, host.wrong, 'campaigns-narrow')
  for (const one of [liaison, chief, host]) await one.context.close()
})

trial('statistics: every figure opens rows of its count', async () => {
  const { page, wrong } = await as('xingshi')
  await page.goto('/statistics')
  await page.getByRole('table', { name: '各流程' }).waitFor()
  await wholePage(page, wrong, 'statistics')
  const told = await call(page, 'GET', '/api/matters/statistics')
  const figures = []
  const gather = (x) => {
    if (!x || typeof x !== 'object') return
    if ('query' in x && 'count' in x) figures.push(x)
    Object.values(x).forEach(gather)
  }
  gather(told)
  const totals = await page.evaluate((all) => Promise.all(all.map((q) => fetch(`/api/matters?${new URLSearchParams({ ...q, limit: 1 })}`).then(async (r) => (await r.json()).total))), figures.map((f) => f.query))
  assert.ok(figures.length > 40)
  figures.forEach((f, n) => assert.equal(totals[n], f.count, JSON.stringify(f.query)))
  const opened = page.getByRole('link', { name: /^发起 \d+件，打开明细/ })
  const count = Number(/\d+/.exec(await opened.getAttribute('aria-label'))[0])
  await opened.click()
  await page.getByRole('heading', { level: 1, name: '事项' }).waitFor()
  await page.locator('.pager b').waitFor()
  assert.equal(Number((await page.locator('.pager b').innerText()).replaceAll(',', '')), count)
  await page.goto('/statistics?flow=reverse_transfer')
  await page.getByRole('region', { name: '正在哪一步' }).waitFor()
  await page.setViewportSize(NARROW)
  await wholePage(page, wrong, 'statistics-narrow')
})

/* A page of a PDF as an office writes it: a Chinese font that is named but not embedded, and its own encoding. */
const letter = (() => {
  const words = Buffer.from('bbd8b8b4baaf', 'hex') // 回复函 in GBK
  const stream = Buffer.concat([Buffer.from('BT /F1 40 Tf 60 700 Td <'), Buffer.from(words.toString('hex')), Buffer.from('> Tj ET')])
  return Buffer.concat([
    Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj\n'),
    Buffer.from(`4 0 obj<</Length ${stream.length}>>stream\n`),
    stream,
    Buffer.from('\nendstream endobj\n5 0 obj<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/GBK-EUC-H/DescendantFonts[6 0 R]>>endobj\n6 0 obj<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000/FontDescriptor 7 0 R>>endobj\n7 0 obj<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>endobj\ntrailer<</Root 1 0 R/Size 8>>\n%%EOF\n'),
  ])
})()
const dot = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGNgYPiPF41KY0gDAIwFY51Mw5scAAAAAElFTkSuQmCC', 'base64')

trial('files: dropped, looked at on the page, and what is too large is said before it is sent; a party leaves', async () => {
  const { page, wrong } = await as('xingshi')
  await page.goto('/matters')
  const market = await unitOf(page, 'market_supervision')
  const justice = await unitOf(page, 'justice_bureau')
  const made = await call(page, 'POST', '/api/matters', { flow: 'reverse_transfer', parties: { agency: market, justice_bureau: justice }, values: { ...reverse, party_name: '廖某某' } })
  await page.goto(`/matters/${made.id}`)
  const files = page.getByRole('region', { name: '材料' })
  const bytes = await page.evaluateHandle((text) => {
    const data = new DataTransfer()
    data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], '回复函.pdf', { type: 'application/pdf' }))
    return data
  }, letter.toString('base64'))
  await files.locator('.drop').dispatchEvent('drop', { dataTransfer: bytes })
  await files.getByRole('button', { name: '回复函.pdf', exact: true }).waitFor()
  const huge = join(house.folder, '执法记录仪.mp4')
  writeFileSync(huge, '')
  truncateSync(huge, 5 * 2 ** 30)
  await files.locator('input[type=file]').setInputFiles(huge)
  await files.getByText('这个文件有 5 GB，一份材料最大 100 MB，没有上传。').waitFor()
  await picture(page, 'file-too-large')
  await files.getByRole('button', { name: '知道了' }).click()
  await files.getByRole('button', { name: '回复函.pdf', exact: true }).click()
  await dialog(page).getByText('第 1 / 1 页').waitFor()
  const drawn = () => {
    const c = document.querySelector('dialog[open] canvas')
    const copy = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    copy.canvas.width = c?.width ?? 1
    copy.canvas.height = c?.height ?? 1
    if (c?.width) copy.drawImage(c, 0, 0)
    const d = copy.getImageData(0, 0, copy.canvas.width, copy.canvas.height).data
    let dark = 0
    for (let n = 0; n < d.length; n += 4) if (d[n + 3] && d[n] < 128) dark++
    return dark > 300
  }
  await page.waitForFunction(drawn)
  await axeClean(page, 'a PDF')
  await picture(page, 'file-pdf')
  await page.keyboard.press('Escape')
  await files.locator('input[type=file]').setInputFiles({ name: '现场.png', mimeType: 'image/png', buffer: dot })
  await files.getByRole('button', { name: '现场.png', exact: true }).click()
  await page.waitForFunction(() => document.querySelector('dialog[open] img')?.naturalWidth === 10)
  await page.keyboard.press('Escape')
  nothingWrong(wrong, 'files')
  await page.getByRole('button', { name: '移除 司法局 江城县司法局' }).or(page.getByRole('button', { name: /^移除 .*江城县司法局/ })).first().click()
  await page.fill('#act-reason', '本案不涉及复议')
  await axeClean(page, 'a party leaves')
  await picture(page, 'party-leaves')
  await dialog(page).locator('button[type=submit]').click()
  await dialog(page).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: /^移除 .*江城县司法局/ }).waitFor({ state: 'detached' })
  nothingWrong(wrong, 'a party leaves')
})

trial('the rarer ways: more and fewer signatures, standing still, more time, divided, joined, given to another house and up again', async () => {
  run(house.data, '--json', 'org', 'add', 'procuratorate', '江城县下辖区人民检察院', '--superior', '江城县人民检察院')
  const criminal = await as('xingshi')
  const { page } = criminal
  await page.goto('/matters')
  const begin = async (name) => (await call(page, 'POST', '/api/matters', { flow: 'reverse_transfer', parties: { agency: await unitOf(page, 'market_supervision') }, values: { ...reverse, party_name: name } })).id
  const [one, other] = [await begin('甘某某'), await begin('丁某某')]
  const turns = (words) => page.locator('.turns').getByText(words)
  await page.goto(`/matters/${one}`)
  await act(page, '加签', { 'act-person': /林若溪/ })
  await turns(/加签/).first().waitFor()
  await act(page, '减签', { 'act-target': /林若溪/ })
  await turns(/加签/).first().waitFor({ state: 'detached' })
  await act(page, '会签', { 'act-house': /江城县公安局/ })
  await turns(/会签/).first().waitFor()
  await act(page, '减签', { 'act-target': /公安局/ })
  await turns(/会签/).first().waitFor({ state: 'detached' })
  await act(page, '拆分', { 'act-reason': '两个违法行为分别办理' })
  await page.getByRole('region', { name: '关联' }).getByText('拆分出').first().waitFor()
  await act(page, '移送行政检察')

  await page.goto(`/matters/${other}`)
  await act(page, '合并', { 'act-target': '甘某某', 'act-reason': '同一案件' })
  await page.locator('.head .mark', { hasText: '已合并' }).waitFor()
  nothingWrong(criminal.wrong, 'signatures, divided and joined')

  const administrative = await as('xingzheng')
  const chief = await as('jianchazhang')
  const review = administrative.page
  await review.goto(`/matters/${one}`)
  await act(review, '受理', { accepted_on: today() })
  await act(review, '挂起', { 'act-reason': '征求异地检察院意见' })
  await review.getByText('期限停止计算').waitFor()
  await act(review, '恢复')
  await review.getByText('期限停止计算').waitFor({ state: 'detached' })
  await act(review, '延期', { 'act-target': /重大、疑难、复杂/, 'act-reason': '案情疑难' })
  await chief.page.goto(`/matters/${one}`)
  await act(chief.page, '批准或不批准', { 'act-answer': '批准' })
  await appears(review.getByText('批准或不批准').first())
  await act(chief.page, '指定管辖', { 'act-target': /检察院/, 'act-house': /江城县下辖区人民检察院/, 'act-reason': '由下辖区院办理更便利' })
  await chief.page.locator('.turns').getByText(/下辖区人民检察院/).first().waitFor()
  await act(chief.page, '提级', { 'act-reason': '案情重大' })
  await chief.page.locator('.turns').getByText(/江城县人民检察院/).first().waitFor()
  await wholePage(chief.page, chief.wrong, 'matter-moved')
  for (const each of [administrative, chief]) nothingWrong(each.wrong, 'standing still, more time, another house')
  for (const each of [criminal, administrative, chief]) await each.context.close()
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

/* ---- the life of a clue ---- */

const told = { title: '柳树湾夜间非法采砂', facts: '群众反映每天夜里有船在柳树湾抽砂。', name: '柳树湾砂石厂' }
let clue

trial('a clue by hand, by keyboard; what may be the same is shown while typing', async () => {
  const { page, wrong } = await as('xingzheng')
  await page.goto('/clues/pool')
  await page.getByRole('button', { name: /^待研判/ }).waitFor()
  await wholePage(page, wrong, 'clue-pool')
  await page.getByRole('button', { name: /^备用/ }).click()
  await page.getByRole('heading', { name: '没有备用的线索' }).waitFor()
  await wholePage(page, wrong, 'clue-pool-empty')
  await page.getByRole('button', { name: '登记线索' }).focus()
  await page.keyboard.press('Enter')
  await page.locator('#clue-title').waitFor()
  await page.locator('#clue-title').press('Enter')
  await page.getByText('请选择线索来源。').waitFor()
  await page.selectOption('#clue-source', { label: '热线' })
  await page.fill('#clue-title', told.title)
  await page.fill('#clue-facts', told.facts)
  await page.selectOption('#clue-kind', { label: '单位' })
  await page.fill('#clue-name', told.name)
  await page.selectOption('#clue-suggests', { label: '检察建议' })
  await page.reload()
  await page.waitForFunction((title) => document.querySelector('#clue-title')?.value === title, told.title)
  await page.locator('#clue-title').press('Enter')
  await page.getByRole('heading', { level: 1, name: told.title }).waitFor()
  clue = new URL(page.url()).pathname
  await wholePage(page, wrong, 'clue-by-hand')
  await page.goto('/clues/new')
  await page.fill('#clue-title', '柳树湾有采砂船夜间作业')
  await page.fill('#clue-facts', '来信反映夜里有船采砂。')
  await page.getByRole('region', { name: '可能相同的线索' }).getByRole('link', { name: told.title }).waitFor()
  await wholePage(page, wrong, 'clue-alike')
})

trial('the pool: triage and assignment of many, then one becomes two matters, each with its receipt', async () => {
  const manager = await as('anguan')
  await manager.page.goto('/clues/pool?source=hotline')
  for (const [stage, act, fill] of [
    [/^待研判/, '研判分流', (box) => box.locator('#batch-outcome').selectOption({ label: '制发检察建议' })],
    [/^待交办/, '交办', async () => undefined],
  ]) {
    await manager.page.getByRole('button', { name: stage }).click()
    await manager.page.getByRole('button', { name: stage, pressed: true }).waitFor()
    await settled(manager.page)
    await manager.page.getByRole('checkbox', { name: '选中本页全部' }).check()
    await manager.page.getByRole('region', { name: '批量操作' }).getByRole('button', { name: act, exact: true }).click()
    await fill(dialog(manager.page))
    await dialog(manager.page).locator('button[type=submit]').click()
    await dialog(manager.page).waitFor({ state: 'detached' })
  }
  nothingWrong(manager.wrong, 'the pool')
  const { page, wrong } = await as('xingzheng')
  await page.goto('/clues/pool?life=assigned&mine=owned')
  await page.getByRole('link', { name: told.title }).click()
  await page.getByRole('complementary', { name: '线索详情' }).getByRole('button', { name: '签收' }).click()
  await dialog(page).locator('button[type=submit]').click()
  await dialog(page).waitFor({ state: 'detached' })
  await page.goto(clue)
  await page.getByRole('button', { name: '转为事项' }).click()
  const box = dialog(page)
  await box.locator('#into-0-subject').waitFor()
  await box.locator('button[type=submit]').click()
  await box.getByText('请选择被建议单位。').waitFor()
  await box.locator('#into-0-addressee-0').selectOption({ label: '江城县市场监督管理局' })
  await box.locator('#into-0-suggestion_kind').selectOption({ index: 1 })
  await box.getByRole('button', { name: '同时再转为一种事项' }).click()
  await box.locator('#into-1-flow').selectOption({ label: '案件会商' })
  await box.getByRole('button', { name: '去掉这一种' }).last().waitFor()
  await wholePage(page, wrong, 'clue-convert')
  await box.getByRole('button', { name: '去掉这一种' }).last().click()
  await box.locator('#into-0-addressee-1').selectOption({ index: 1 })
  await box.getByRole('button', { name: '转为 2 件事项' }).click()
  await box.waitFor({ state: 'detached' })
  await page.getByRole('heading', { name: '由这条线索发起的事项' }).waitFor()
  assert.equal(await page.getByText('还没有回执').count(), 2)
  await wholePage(page, wrong, 'clue-matters')
  await page.goto('/models')
  await page.locator('td a[href^="/models/"]').first().click()
  await page.getByRole('region', { name: '线索的结果' }).getByRole('link', { name: /全部线索/ }).waitFor()
  await wholePage(page, wrong, 'model-outcomes')
})

trial('a clue on a phone', async () => {
  const { page, wrong } = await as('xingzheng', NARROW)
  for (const [name, at] of [['clue-pool-narrow', '/clues/pool'], ['clue-new-narrow', '/clues/new'], ['clue-matters-narrow', clue]]) {
    await page.goto(at)
    await wholePage(page, wrong, name)
  }
})
