// SPDX-License-Identifier: MulanPSL-2.0
// One house from its first sign-in to an exported clue, by mouse and by keyboard; then every page at both widths, light, dark and large.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before } from 'node:test'
import { axeClean, noCutText, nothingWrong, noSidewaysScroll, picture, settled, wholePage } from './checks.mjs'
import { NARROW, openHouse, openPage, slower, WIDE } from './house.mjs'
import { everyLook } from './looks.mjs'
import { convicted, drivers, licenseFile, verdictFile } from './people.mjs'
import { trial, watched } from './trial.mjs'

const FIRST_SCREEN = 300 * 1024
const JOB = 60_000 * slower

let house
let state
let fresh = 'Lian-heng-2026'

before(async () => {
  house = await openHouse()
})
after(async () => {
  await house?.end()
})

/* Nothing after the first sign-in can work without it; say so at once instead of waiting. */
function signedIn() {
  assert.ok(state, 'the first sign-in failed')
  return state
}

async function changeFirstPassword(page) {
  const old = page.locator('#password-old')
  await Promise.race([old.waitFor(), page.getByRole('heading', { level: 1, name: '总览' }).waitFor()])
  await page.waitForTimeout(300)
  if (!(await old.isVisible())) return void (fresh = house.password)
  await axeClean(page, '首次改密')
  await old.fill(house.password)
  await page.fill('#password-new', fresh)
  await page.fill('#password-again', fresh)
  await page.keyboard.press('Enter')
  await old.waitFor({ state: 'detached' })
}

trial('signing in: empty, wrong, right; the first screen is small', async () => {
  const { context, page, wrong } = await openPage(house, WIDE)
  await page.goto('/clues?level=high')
  await page.getByRole('heading', { level: 1, name: '联衡' }).waitFor()
  assert.match(page.url(), /\/sign-in\?to=/)
  await wholePage(page, wrong, 'sign-in-wide')
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByText('请输入账号。').waitFor()
  nothingWrong(wrong, 'empty sign-in')

  await page.fill('#login', house.login)
  await page.fill('#password', 'not-the-password')
  await page.getByRole('button', { name: '登录' }).click()
  await page.locator('form [role=alert]').first().waitFor()
  assert.equal(await page.inputValue('#login'), house.login, 'what was typed stays')
  const [reply] = wrong.splice(0).filter((w) => w.startsWith('reply:'))
  assert.match(reply ?? '', /reply: 40[13] POST .*\/api\/session/)

  /* What the server really sends until the overview stands: compressed bytes on the wire. */
  const cdp = await context.newCDPSession(page)
  await cdp.send('Network.enable')
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true })
  let sent = 0
  cdp.on('Network.loadingFinished', (e) => (sent += e.encodedDataLength))
  await page.goto('/overview')
  await page.fill('#login', house.login)
  await page.fill('#password', house.password)
  await page.keyboard.press('Enter')
  await changeFirstPassword(page)
  await page.getByRole('heading', { level: 1, name: '总览' }).waitFor()
  await settled(page)
  console.log(`# first screen (sign-in to overview): ${(sent / 1024).toFixed(0)} KiB over the wire`)
  assert.ok(sent <= FIRST_SCREEN, `first screen took ${sent} bytes`)
  await wholePage(page, wrong, 'overview-empty')
  state = await context.storageState()
  await context.close()
})

async function importFile(page, wrong, name, text, shots) {
  await page.goto('/import')
  await page.setInputFiles('input[type=file]', { name, mimeType: 'text/csv', buffer: Buffer.from(text) })
  await page.getByRole('heading', { name: '列与字段的对应' }).waitFor()
  if (shots) await wholePage(page, wrong, shots)
  await page.getByRole('button', { name: '导入', exact: true }).click()
  await page.getByRole('heading', { name: '导入完成' }).waitFor({ timeout: JOB })
  nothingWrong(wrong, `import of ${name}`)
}

const sum = (page, title) => page.locator('.sums div', { has: page.locator(`dt:text-is("${title}")`) }).locator('dd').innerText()

trial('import: the file is understood, previewed, imported, and its refused row explained', async () => {
  const { context, page, wrong } = await openPage(house, WIDE, { state: signedIn() })
  await importFile(page, wrong, '网约车驾驶员.csv', licenseFile(), 'import-preview')
  assert.equal(await sum(page, '收到'), String(drivers.length + 1))
  assert.equal(await sum(page, '采纳'), String(drivers.length))
  assert.equal(await sum(page, '退回'), '1')
  await wholePage(page, wrong, 'import-done')
  await page.getByRole('link', { name: '查看退回原因' }).click()
  await page.getByRole('cell', { name: /第 15 行/ }).waitFor()
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: '下载退回清单' }).click()
  const rejects = readFileSync(await (await download).path(), 'utf8')
  assert.ok(rejects.startsWith('\ufeff') && rejects.includes('15'), 'the reject file names the line')

  await importFile(page, wrong, '网约车驾驶员.csv', licenseFile())
  assert.equal(await sum(page, '采纳'), '0', 'the same file again adds nothing')
  assert.equal(await sum(page, '重复'), String(drivers.length))
  await context.close()
})

trial('a mapping can be changed by hand, and a missing required column stops the import', async () => {
  const { context, page, wrong } = await openPage(house, WIDE, { state: signedIn() })
  await page.goto('/import?dataset=ride_hailing_license')
  await page.setInputFiles('input[type=file]', { name: '改名的列.csv', mimeType: 'text/csv', buffer: Buffer.from(licenseFile().replace('从业资格状态', '那个')) })
  await page.getByRole('heading', { name: '列与字段的对应' }).waitFor()
  const chosen = page.getByRole('combobox', { name: /数据集/ })
  await chosen.locator('option:checked', { hasText: '网约车从业资格' }).waitFor({ state: 'attached' })
  await page.getByText('必填字段还没有对应的列').waitFor()
  assert.ok(await page.getByRole('button', { name: '导入', exact: true }).isDisabled())
  await page.getByLabel('证件状态取自哪一列').selectOption({ label: '那个' })
  await page.getByText('必填字段还没有对应的列').waitFor({ state: 'detached' })
  assert.ok(await page.getByRole('button', { name: '导入', exact: true }).isEnabled())
  nothingWrong(wrong, 'mapping by hand')
  await context.close()
})

trial('an import in one window brings its clues to another window without reload', async () => {
  const watcher = await openPage(house, WIDE, { state: signedIn() })
  await watcher.page.goto('/clues')
  await watcher.page.getByText('还没有线索').waitFor()
  const worker = await openPage(house, WIDE, { state: signedIn() })
  await importFile(worker.page, worker.wrong, '刑事判决.csv', verdictFile())
  await watcher.page.getByRole('button', { name: /有 \d+ 条新线索/ }).click({ timeout: JOB })
  await watcher.page.getByRole('link', { name: convicted[0].name }).first().waitFor()
  nothingWrong(watcher.wrong, 'watching window')
  await worker.context.close()
  await watcher.context.close()
})

trial('a model by mouse: run it, test it, read it', async () => {
  const { context, page, wrong } = await openPage(house, WIDE, { state: signedIn() })
  await page.goto('/models')
  await page.getByRole('link', { name: '网约车从业资格与危险驾驶' }).click()
  await page.getByRole('button', { name: '测试' }).click()
  await page.getByText(/通过 \d+，不通过 0/).waitFor({ timeout: JOB })
  await page.getByRole('button', { name: '运行', exact: true }).click()
  await page.getByText(/运行完成：命中 3 条/).waitFor({ timeout: JOB })
  await page.getByLabel('逐步筛选').getByText(`${drivers.length} 行`).first().waitFor()
  await wholePage(page, wrong, 'model-wide')
  await context.close()
})

trial('clues by mouse: find, open, walk, export', async () => {
  const { context, page, wrong } = await openPage(house, WIDE, { state: signedIn() })
  await page.goto('/clues')
  await page.getByLabel('按标题、姓名或单位名称搜索').fill(convicted[1].name)
  await page.waitForURL(/text=/)
  await page.getByText('共 1 条线索').waitFor()
  await page.getByRole('button', { name: '清除全部条件' }).click()
  await page.getByText(`共 ${convicted.length} 条线索`).waitFor()
  await page.getByRole('table', { name: '线索' }).getByRole('link').first().click()
  const panel = page.getByRole('complementary', { name: '线索详情' })
  await panel.getByRole('heading', { name: '为什么推给我' }).waitFor()
  const first = await panel.getByRole('heading').first().innerText()
  await page.keyboard.press('ArrowDown')
  await page.waitForFunction((t) => document.querySelector('aside h2')?.textContent !== t, first)
  await panel.getByText('第 2 / 3 条').waitFor()
  await panel.locator('.used').first().waitFor() /* used columns are marked, once the rows are there */
  await wholePage(page, wrong, 'clue-panel')
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })

  await page.getByRole('button', { name: '导出' }).click()
  await page.getByText('这次导出会记入日志').waitFor()
  await axeClean(page, 'export dialog')
  await page.locator('#export-purpose').selectOption({ label: '线索核查' })
  await picture(page, 'export-dialog')
  let download = page.waitForEvent('download')
  await page.getByRole('button', { name: '导出 3 条' }).click()
  const book = await download
  assert.match(book.suggestedFilename(), /\.xlsx$/)
  assert.equal(readFileSync(await book.path()).subarray(0, 2).toString(), 'PK')
  await page.getByText(/已导出 3 条线索/).waitFor()

  await page.getByRole('button', { name: '导出', exact: true }).click()
  await page.getByLabel('CSV（UTF-8）').check()
  download = page.waitForEvent('download')
  await page.getByRole('button', { name: '导出 3 条' }).click()
  const text = readFileSync(await (await download).path(), 'utf8')
  for (const d of convicted) {
    assert.ok(text.includes(d.name))
    assert.ok(!text.includes(d.id), 'numbers stay masked')
  }
  nothingWrong(wrong, 'clues by mouse')
  await context.close()
})

trial('columns are chosen, kept, and put back; a cleared query can be taken back', async () => {
  const { context, page, wrong } = await openPage(house, WIDE, { state: signedIn() })
  await page.goto('/clues')
  const table = page.getByRole('table', { name: '线索' })
  await table.getByRole('columnheader', { name: '阶段' }).waitFor()
  await page.getByRole('button', { name: '列：选择显示哪些列' }).click()
  await page.getByRole('checkbox', { name: '阶段', exact: true }).uncheck()
  await page.getByRole('checkbox', { name: '监督模型', exact: true }).check()
  await axeClean(page, 'column picker')
  await picture(page, 'columns')
  await page.keyboard.press('Escape')
  await page.reload()
  await table.getByRole('columnheader', { name: '监督模型' }).waitFor()
  assert.equal(await table.getByRole('columnheader', { name: '阶段' }).count(), 0)
  await page.getByRole('button', { name: '列：选择显示哪些列' }).click()
  await page.getByRole('button', { name: '恢复默认' }).click()
  await table.getByRole('columnheader', { name: '阶段' }).waitFor()

  await page.goto('/clues?level=low&status=withdrawn')
  await page.getByText('没有符合这些条件的线索').waitFor()
  /* Beside the conditions and in the empty list: both can be taken back. The name is exact, for 已撤销 is a state one can choose. */
  for (const button of [0, 1]) {
    await page.getByRole('button', { name: '清除全部条件' }).nth(button).click()
    await page.getByText(`共 ${convicted.length} 条线索`).waitFor()
    assert.doesNotMatch(page.url(), /level=|status=/)
    await page.getByRole('button', { name: '撤销', exact: true }).click()
    await page.getByText('没有符合这些条件的线索').waitFor()
    assert.match(page.url(), /level=low.*status=withdrawn/)
  }
  nothingWrong(wrong, 'columns')
  await context.close()
})

/* Hold back the answers to some requests, as a slow network does. */
async function late(page, addresses, span = 1500) {
  await page.route(addresses, async (route) => {
    await page.waitForTimeout(span)
    await route.continue()
  })
}

trial('columns chosen for an import stand, though the list of datasets comes late', async () => {
  const { page, wrong } = await openPage(house, WIDE, { state: signedIn() })
  await late(page, /\/api\/datasets$/, 4000 * slower)
  const listed = page.waitForResponse(/\/api\/datasets$/)
  await page.goto('/import?dataset=ride_hailing_license')
  await page.setInputFiles('input[type=file]', { name: '改名的列.csv', mimeType: 'text/csv', buffer: Buffer.from(licenseFile().replace('从业资格状态', '那个')) })
  await page.getByLabel('证件状态取自哪一列').selectOption({ label: '那个' })
  await page.getByText('必填字段还没有对应的列').waitFor({ state: 'detached' })
  await listed
  await page.getByRole('option', { name: '刑事判决' }).first().waitFor({ state: 'attached' })
  await page.waitForTimeout(500)
  await page.getByText('必填字段还没有对应的列').waitFor({ state: 'detached' })
  assert.ok(await page.getByRole('button', { name: '导入', exact: true }).isEnabled())
  nothingWrong(wrong, 'late list')
})

trial('quick hands: clearing, leaving and searching right after typing', async () => {
  const { page, wrong } = await openPage(house, WIDE, { state: signedIn() })
  const text = page.getByLabel('按标题、姓名或单位名称搜索')
  await page.goto('/clues?level=high')
  await page.getByText(`共 ${convicted.length} 条线索`).waitFor()
  await text.fill('测')
  await page.getByRole('button', { name: '清除全部条件' }).click()
  await page.waitForTimeout(600)
  assert.doesNotMatch(page.url(), /text=|level=/, 'what was typed is cleared as well')
  await page.getByRole('button', { name: '撤销', exact: true }).click()
  await page.waitForURL(/level=high/)
  assert.equal(await text.inputValue(), '测', 'and comes back as well')

  await late(page, /\/assets\/Datasets-.*\.js/)
  await text.fill('不会去的地方')
  await page.getByRole('link', { name: '数据集', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: '数据资源池' }).waitFor()
  await page.waitForTimeout(600)
  assert.doesNotMatch(page.url(), /text=/, 'the next page keeps its own address')

  await late(page, /\/api\/search/)
  await page.keyboard.press('Control+k')
  await page.locator('dialog[open] input').waitFor()
  await page.keyboard.type(convicted[0].name)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '为什么推给我' }).waitFor()
  nothingWrong(wrong, 'quick hands')
})

trial('the main path by keyboard alone: sign in, search, open a clue, walk, back', async () => {
  const { context, page, wrong } = await openPage(house, WIDE)
  await page.goto('/overview')
  await page.locator('#login:focus').waitFor()
  await page.keyboard.type(house.login)
  await page.keyboard.press('Tab')
  await page.keyboard.type(fresh)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: '总览' }).waitFor()
  await settled(page)

  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate(() => document.activeElement.textContent.trim().slice(0, 4)), '跳到正文')
  await page.keyboard.press('Control+k')
  await page.locator('dialog[open] input').waitFor()
  await page.keyboard.type('jdmx')
  await page.getByRole('option', { name: '监督模型' }).first().waitFor()
  await axeClean(page, 'search dialog')
  await picture(page, 'search')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: '监督模型' }).waitFor()

  await page.keyboard.press('Control+k')
  await page.locator('dialog[open] input').waitFor()
  await page.keyboard.type(convicted[2].name)
  await page.getByRole('option', { name: new RegExp(convicted[2].name) }).first().waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '为什么推给我' }).waitFor()

  await page.keyboard.press('Control+k')
  await page.locator('dialog[open] input').waitFor()
  await page.keyboard.type('xs')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: '线索' }).waitFor()
  await settled(page)
  const link = page.getByRole('table', { name: '线索' }).getByRole('link').first()
  for (let n = 0; n < 60 && !(await link.evaluate((e) => e === document.activeElement)); n++) await page.keyboard.press('Tab')
  const outline = await link.evaluate((e) => getComputedStyle(e).outlineStyle)
  assert.notEqual(outline, 'none', 'focus is visible')
  await page.keyboard.press('Enter')
  await page.getByRole('complementary', { name: '线索详情' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.getByText('第 2 / 3 条').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('complementary', { name: '线索详情' }).waitFor({ state: 'detached' })
  nothingWrong(wrong, 'keyboard')
  await context.close()
})

trial('a missing clue says so in words, with the number of the request', async () => {
  const { context, page, wrong } = await openPage(house, WIDE, { state: signedIn() })
  await page.goto('/clues/000000000000')
  await page.getByRole('alert').waitFor()
  await page.getByText('请求编号').waitFor()
  assert.ok(wrong.splice(0).every((w) => /404/.test(w)))
  await picture(page, 'error')
  await context.close()
})

const LAW = `---
names: 虚构法
---
# 中华人民共和国虚构管理法

2009年3月1日第一届虚构大会第一次会议通过

2021年1月22日第二届虚构大会第二十五次会议修订

## 第一章　总则

**第一条**　为了虚构，制定本法。

## 第二章　处理

**第二条**　有下列情形之一的，处以虚构：

（一）甲；

（二）乙。

前款所称虚构，不存在。

**第三条**　本法自2021年7月15日起施行。
`

trial('laws: none at first; one comes in, is found by citation and in its text, is read and cited', async () => {
  const { context, page, wrong } = await openPage(house, WIDE, { state: signedIn() })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto('/laws')
  await page.getByText('lianheng law import 目录').waitFor()
  await wholePage(page, wrong, 'laws-empty-wide')
  await page.locator('input[type=file]').setInputFiles({ name: 'fictional-law.md', mimeType: 'text/markdown', buffer: Buffer.from(LAW) })
  await page.getByText('已导入《中华人民共和国虚构管理法》，3 条').waitFor()
  await page.getByRole('link', { name: '中华人民共和国虚构管理法' }).waitFor()
  await wholePage(page, wrong, 'laws-wide')
  await page.locator('input[type=file]').setInputFiles({ name: 'broken.md', mimeType: 'text/markdown', buffer: Buffer.from(LAW.replace('第三条', '第四条')) })
  await page.getByText('第四条之前缺条').waitFor()
  assert.ok(wrong.splice(0).every((w) => /422/.test(w)))

  const box = page.getByRole('textbox', { name: '按名称、引用或全文查找' })
  await box.fill('虚构法第2条第一款第二项')
  await page.getByRole('heading', { name: '《虚构管理法》第二条第一款第（二）项' }).waitFor()
  await page.getByText('（二）乙。').waitFor()
  await box.fill('前款所称')
  await page.getByLabel('在哪里查找').selectOption('text')
  await page.getByRole('link', { name: '《虚构管理法》第二条' }).waitFor()
  assert.match(page.url(), /in=text/)
  await page.getByRole('link', { name: '《虚构管理法》第二条' }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/laws\/fictional-law#a2$/)
  await page.locator('#a2.lit').waitFor()
  await wholePage(page, wrong, 'law-wide')
  await page.getByRole('button', { name: '复制第二条的引用' }).click()
  await page.getByText('已复制引用。').waitFor()
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^《中华人民共和国虚构管理法》第二条：“有下列情形/)
  await page.getByRole('textbox', { name: '在这部法规里查找' }).fill('制定本法')
  await page.getByText('1 条含“制定本法”').waitFor()
  await page.getByRole('navigation', { name: '查找结果' }).getByRole('link', { name: '第一条' }).click()
  await page.locator('#a1.lit').waitFor()
  nothingWrong(wrong, 'laws')
  await context.close()

  const small = await openPage(house, NARROW, { state: signedIn() })
  await small.page.goto('/laws/fictional-law#a2')
  await small.page.locator('#a2.lit').waitFor()
  await wholePage(small.page, small.wrong, 'law-narrow')
  await small.page.goto('/laws')
  await small.page.getByRole('link', { name: '中华人民共和国虚构管理法' }).waitFor()
  await wholePage(small.page, small.wrong, 'laws-narrow')
  await small.context.close()
})

/* The addresses are read from the lists, so each page shows something. */
async function everyPage(page) {
  const first = async (path, selector) => {
    await page.goto(path)
    await settled(page)
    return page.locator(selector).first().getAttribute('href')
  }
  const clue = await first('/clues', 'td a[href^="/clues/"]')
  const batch = await first('/batches', 'td a[href^="/batches/"]')
  const row = await first('/pool/criminal_verdict', 'td a[href*="/rows/"]')
  return {
    overview: '/overview',
    clues: '/clues',
    'clues-filtered': '/clues?level=high&status=new',
    'clues-none': '/clues?text=%E6%9F%A5%E6%97%A0%E6%AD%A4%E4%BA%BA',
    clue,
    pool: '/pool',
    dataset: '/pool/criminal_verdict',
    'dataset-fields': '/pool/criminal_verdict?tab=fields',
    'dataset-batches': '/pool/criminal_verdict?tab=batches',
    'dataset-about': '/pool/criminal_verdict?tab=about',
    'dataset-empty': '/pool/death_record',
    row,
    batches: '/batches',
    batch,
    'batch-rejects': '/batches/1?tab=rejects',
    import: '/import',
    models: '/models',
    model: '/models/ride_hailing_license',
    nowhere: '/no-such-page',
  }
}

everyLook('every page', () => [{ open: (viewport) => openPage(house, viewport, { state: signedIn() }), pages: everyPage }])

trial('on a phone a clue opens as a page, and the menu is a bar at the bottom', async () => {
  const { context, page, wrong } = await openPage(house, NARROW, { state: signedIn() })
  await page.goto('/clues')
  await page.getByRole('link', { name: convicted[0].name }).first().tap()
  await page.waitForURL(/\/clues\/[^?]+$/)
  await page.getByRole('heading', { name: '为什么推给我' }).waitFor()
  const bar = await page.getByRole('navigation', { name: '主菜单' }).boundingBox()
  assert.ok(bar.y > NARROW.height - 90, 'the menu stands at the bottom')
  await page.getByRole('button', { name: /的菜单$/ }).tap()
  await noSidewaysScroll(page, 'person menu')
  await noCutText(page, 'person menu')
  await axeClean(page, 'person menu')
  await picture(page, 'person-menu-narrow')
  nothingWrong(wrong, 'phone')
  await context.close()
})

trial('signing out ends the session', async () => {
  const { context, page, wrong } = await openPage(house, WIDE)
  await page.goto('/overview')
  await page.fill('#login', house.login)
  await page.fill('#password', fresh)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: '总览' }).waitFor()
  await page.getByRole('button', { name: /的菜单$/ }).click()
  await page.getByRole('button', { name: '退出登录' }).click()
  await page.getByRole('heading', { level: 1, name: '联衡' }).waitFor()
  nothingWrong(wrong, 'signing out')
  const reply = await page.request.get('/api/overview')
  assert.equal(reply.status(), 401)
  await context.close()
})
