// SPDX-License-Identifier: MulanPSL-2.0
// From a clue to a served suggestion of the procuratorate and its answer, as four people on the real pages: the prosecutor who writes, the
// chief who agrees, the agency's liaison officer and its head. What one does stands on another's screen within two seconds.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { axeClean, nothingWrong, picture, settled, wholePage } from './checks.mjs'
import { enter } from './doors.mjs'
import { county, NARROW, openHouse, openPage, slower, WIDE } from './house.mjs'
import { trial } from './trial.mjs'

const LIVE = 2000 * slower
const states = {}
let house

before(async () => {
  house = await openHouse(county)
})
after(async () => {
  await house?.end()
})

async function as(login, viewport = WIDE) {
  const opened = { login, ...(await openPage(house, viewport, { state: states[login] })) }
  if (states[login]) return opened
  await enter(opened.page, login, house.passwords[login])
  await opened.page.locator('#login').waitFor({ state: 'detached' })
  await opened.page.locator('main h1:not(.hidden-label)').waitFor()
  states[login] = await opened.context.storageState()
  opened.wrong.length = 0
  return opened
}

const today = () => new Date(Date.now() + 8 * 3600_000).toISOString().slice(0, 10)
const dialog = (page) => page.locator('dialog[open]')
const appears = (locator) => locator.waitFor({ timeout: LIVE })
const state = (page, word) => page.locator('.marks .mark', { hasText: word }).first()

/* What has pages of its own elsewhere is asked of the server directly, by the same person. */
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

/** The big button, or one beside it; what it asks for is filled in by ids. */
async function act(page, title, fields = {}) {
  await page.locator('.bar').getByRole('button', { name: title, exact: true }).click()
  const box = dialog(page)
  const go = box.locator('button[type=submit]')
  await go.filter({ hasText: title }).waitFor()
  for (const [id, value] of Object.entries(fields)) await box.locator(`#${id}`).fill(value)
  await go.click()
  await box.waitFor({ state: 'detached' })
}

/** Of several people the first who may: the law lets some acts be done by either. */
async function able(people, title) {
  for (const one of people) {
    await settled(one.page)
    if (await one.page.locator('.bar').getByRole('button', { name: title, exact: true }).isVisible()) return one
  }
  assert.fail(`nobody is offered ${title}`)
}

/** Numbered and sealed by whoever of them may: from then on not one byte changes. */
async function finish(people, watching) {
  const numbers = await able(people, '编号定稿')
  await act(numbers.page, '编号定稿')
  await appears(state(watching, '待签章'))
  const seals = await able(people, '签章')
  await act(seals.page, '签章', { 'document-password': house.passwords[seals.login] })
  await appears(state(watching, '待送达'))
}

let matter
let suggestion
let answer

trial('a clue becomes a case of public interest, and the case comes to the step that writes', async () => {
  const { page, wrong } = await as('gongyi')
  const chief = await as('jianchazhang')
  const units = (await call(page, 'GET', '/api/organisations')).items
  const unit = (kind) => units.find((u) => u.kind === kind).organisation
  const clue = await call(page, 'POST', '/api/clues', { source: 'hotline', title: '校园门口的无证摊点', facts: '家长反映三所学校门口有无证摊点。', suggests: 'public_interest', subject_kind: 'organisation', subject_name: '校园周边摊点' })
  const begun = await call(page, 'POST', '/api/matters', {
    flow: 'public_interest',
    parties: { agency: unit('market_supervision'), justice_bureau: unit('justice_bureau') },
    values: { subject: '校园周边食品安全', area: '食品药品安全' },
    links: [{ kind: 'clue', target: clue.id }],
  })
  matter = `/matters/${begun.id}`
  const does = (who, action, values) => call(who, 'POST', `/api${matter}/acts`, { verb: 'act', action, values })
  await does(page, 'file', { harm: '三所学校周边二百米内有无证摊点七处', duty: '对食品摊贩负有监督管理职责，没有覆盖校园周边' })
  await does(chief.page, 'approve', { filed_on: today() })
  await does(page, 'notice')
  await does(page, 'advise')
  await does(chief.page, 'approve', { decided_on: today() })
  await page.goto(matter)
  await page.getByRole('region', { name: '文书' }).getByRole('button', { name: '起草公益诉讼检察建议书' }).waitFor()
  await wholePage(page, wrong, 'matter-documents')
  await page.getByRole('button', { name: '起草公益诉讼检察建议书' }).click()
  await page.getByRole('heading', { level: 1, name: '公益诉讼检察建议书' }).waitFor()
  suggestion = new URL(page.url()).pathname
  await wholePage(page, wrong, 'document-draft')
})

trial('what is missing leads to its field, is saved while typing, outlives a reload; a paragraph is rewritten, compared and brought back', async () => {
  const { page, wrong } = await as('gongyi')
  await page.goto(suggestion)
  await page.getByRole('button', { name: '填写还缺的 2 项' }).click()
  await page.waitForFunction(() => document.activeElement?.closest('#field-advice'))
  await page.getByRole('button', { name: '加一行建议' }).click()
  await page.fill('#field-advice-0-text', '在三十日内取缔或者规范校园周边的无证摊点')
  await page.getByRole('button', { name: '加一行建议' }).click()
  await page.fill('#field-advice-1-text', '每月巡查一次，并向学校通报')
  await page.locator('#field-urgent-box').selectOption({ label: '否' })
  await page.getByText('已保存', { exact: true }).waitFor()
  await page.locator('.sheet').getByText('（二）').waitFor()
  await page.reload()
  await page.waitForFunction(() => document.querySelector('#field-advice-1-text')?.value.startsWith('每月巡查'))
  /* Where a value is from: on the text itself. */
  await page.locator('.sheet .filled', { hasText: '三所学校周边' }).click()
  await page.getByRole('dialog', { name: '公益受损情况的来源' }).getByText('取自事项里的').waitFor()
  await page.keyboard.press('Escape')
  const paragraph = page.locator('.sheet .paragraph', { hasText: '请在收到本建议书之日起' })
  await paragraph.hover()
  await paragraph.getByRole('button', { name: /^修改这一段/ }).click()
  const box = page.locator('.sheet textarea')
  await box.fill((await box.inputValue()) + '请同时附上取缔和规范的清单。')
  await page.reload()
  await page.locator('.sheet textarea').waitFor()
  await page.locator('.sheet textarea').press('Control+Enter')
  await page.locator('.sheet').getByText('请同时附上取缔和规范的清单。').waitFor()
  await settled(page)
  await page.getByRole('tab', { name: /^版本/ }).click()
  await page.getByRole('group', { name: '两稿的不同' }).locator('ins', { hasText: '请同时附上' }).waitFor()
  await wholePage(page, wrong, 'document-versions')
  await page.getByRole('tab', { name: /^校对/ }).click()
  await page.getByRole('tabpanel').getByText(/处要看|没有发现问题/).waitFor()
  await wholePage(page, wrong, 'document-proof')
  await page.getByRole('tab', { name: '版面' }).click()
  await page.getByText(/第 1 \/ \d 页/).waitFor()
  await axeClean(page, 'page of a draft')
  await picture(page, 'document-page')
  nothingWrong(wrong, 'writing')
})

trial('submitted, agreed, numbered, sealed and served; the agency has it at once', async () => {
  const writer = await as('gongyi')
  const chief = await as('jianchazhang')
  const officer = await as('shijianzhifa')
  await chief.page.goto('/documents')
  await officer.page.goto('/documents?box=todo')
  await settled(officer.page)
  const { page } = writer
  await page.goto(suggestion)
  await page.locator('.bar').getByRole('button', { name: '送审', exact: true }).click()
  await state(page, '审批中').waitFor()
  if (await page.locator('.bar').getByRole('button', { name: '同意', exact: true }).isVisible()) await act(page, '同意')
  await chief.page.goto(suggestion)
  await wholePage(chief.page, chief.wrong, 'document-approve')
  await act(chief.page, '同意', { 'document-note': '事实清楚，同意制发' })
  await appears(state(page, '待编号'))
  await finish([chief, writer], page)
  await page.locator('.marks').getByText(/行公建〔\d{4}〕1号/).waitFor()
  await page.getByRole('region', { name: '签章' }).getByText('江城县人民检察院').first().waitFor()
  const sender = await able([chief, writer], '送达')
  const serving = sender.page
  await serving.locator('.bar').getByRole('button', { name: '送达', exact: true }).click()
  await dialog(serving).getByText(/江城县市场监督管理局立即收到/).waitFor()
  await wholePage(serving, sender.wrong, 'document-serve')
  await dialog(serving).locator('button[type=submit]').click()
  await dialog(serving).waitFor({ state: 'detached' })
  await appears(state(page, '已发出'))
  await appears(officer.page.getByRole('link', { name: '公益诉讼检察建议书' }).or(officer.page.getByText(/份文书有变化/)).first())
  await wholePage(page, writer.wrong, 'document-served')
  nothingWrong(officer.wrong, 'served')
})

trial('the agency signs for it, its period starts, and its answer goes back', async () => {
  const writer = await as('gongyi')
  const officer = await as('shijianzhifa')
  const head = await as('shijian')
  await writer.page.goto(suggestion)
  const { page } = officer
  await page.goto(suggestion)
  await page.locator('.bar').getByRole('button', { name: '签收', exact: true }).waitFor()
  await appears(writer.page.getByRole('region', { name: '送达' }).getByText('已打开'))
  await wholePage(page, officer.wrong, 'document-received')
  await act(page, '签收')
  const service = writer.page.getByRole('region', { name: '送达' })
  await appears(service.locator('.mark', { hasText: '已签收' }))
  await service.getByRole('link', { name: '送达回证' }).waitFor()
  await page.goto(matter)
  await page.getByRole('region', { name: '文书' }).getByRole('button', { name: '起草回复函' }).click()
  await page.getByRole('heading', { level: 1, name: '回复函' }).waitFor()
  answer = new URL(page.url()).pathname
  await page.fill('#field-handling-box', '已取缔无证摊点五处，规范两处，建立每月巡查并向学校通报的制度。')
  await page.getByText('已保存', { exact: true }).waitFor()
  await wholePage(page, officer.wrong, 'document-answer')
  await page.locator('.bar').getByRole('button', { name: '送审', exact: true }).click()
  await state(page, '审批中').waitFor()
  await head.page.goto(answer)
  for (const one of [officer, head]) {
    const agree = one.page.locator('.bar').getByRole('button', { name: '同意', exact: true })
    if (one === head) await agree.waitFor()
    if (await agree.isVisible()) await act(one.page, '同意')
  }
  await appears(state(page, '待编号'))
  await finish([head, officer], page)
  await act((await able([head, officer], '送达')).page, '送达')
  await writer.page.goto(answer)
  await act(writer.page, '签收')
  await writer.page.getByRole('region', { name: '回复' }).waitFor()
  await wholePage(writer.page, writer.wrong, 'document-answered')
  await writer.page.goto(suggestion)
  await writer.page.getByText('已回复').first().waitFor()
  for (const one of [writer, officer, head]) nothingWrong(one.wrong, 'the answer')
})

trial('the main steps on a phone, and the lists', async () => {
  const { page, wrong } = await as('gongyi', NARROW)
  for (const [name, at] of [['documents-narrow', '/documents?box=all'], ['document-narrow', suggestion], ['document-kinds-narrow', '/documents/templates'], ['document-ledger-narrow', '/documents/ledger']]) {
    await page.goto(at)
    await wholePage(page, wrong, name)
  }
  const wide = await as('gongyi')
  for (const [name, at] of [['documents', '/documents?box=all'], ['document-kinds', '/documents/templates'], ['document-kind', '/documents/templates/public_interest_suggestion'], ['document-ledger', '/documents/ledger']]) {
    await wide.page.goto(at)
    await wholePage(wide.page, wide.wrong, name)
  }
})

/* A letter on its way by the shortest path, so that what can go wrong with it can be tried on the page. */
async function letter(page) {
  const id = matter.split('/').pop()
  const made = await call(page, 'POST', `/api/matters/${id}/documents`, { type: 'consultation_letter' })
  const at = `${today()} 14:30`
  const values = { filed_on: today(), harm: '摊点七处', duty: '监督管理', questions: [{ text: '怎样规范摊点' }], held_at: at, place: '本院', form: '座谈', officer: '江思源' }
  await call(page, 'POST', `/api/documents/${made.id}/acts`, { verb: 'fill', values })
  return `/documents/${made.id}`
}

/* A picture of one dot, as a scanner might give. */
const DOT = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='

trial('what goes wrong: returned, refused, registered for an outsider, called back, void', async () => {
  const writer = await as('gongyi')
  const chief = await as('jianchazhang')
  const officer = await as('shijianzhifa')
  const { page } = writer
  await page.goto('/documents')
  const at = await letter(page)
  await page.goto(at)
  await page.locator('.bar').getByRole('button', { name: '送审', exact: true }).click()
  await state(page, '待编号').waitFor()
  await chief.page.goto(at)
  await act(chief.page, '退回修改', { 'document-note': '磋商事项要写明时限' })
  await appears(state(page, '拟稿'))
  await page.getByText('磋商事项要写明时限').first().waitFor()
  await page.locator('.bar').getByRole('button', { name: '送审', exact: true }).click()
  await appears(state(chief.page, '待编号'))
  await act(chief.page, '编号定稿')
  await appears(state(page, '待签章'))
  await act(chief.page, '签发')
  await appears(state(page, '待送达'))
  await chief.page.locator('.bar').getByRole('button', { name: '送达', exact: true }).click()
  await dialog(chief.page).getByRole('button', { name: '送给系统以外的人或者单位' }).click()
  await dialog(chief.page).getByLabel('收件的人或者单位').fill('校园周边摊主自治会')
  await dialog(chief.page).getByText(/校园周边摊主自治会不在系统里收文/).waitFor()
  await axeClean(chief.page, 'served on an outsider')
  await dialog(chief.page).locator('button[type=submit]').click()
  await dialog(chief.page).waitFor({ state: 'detached' })
  await appears(state(page, '已发出'))
  await officer.page.goto(at)
  await act(officer.page, '拒收', { 'document-note': '不属于本局职责' })
  const services = chief.page.getByRole('region', { name: '送达' })
  await appears(services.locator('.mark', { hasText: '拒收' }))
  await services.getByRole('button', { name: '登记送达结果：校园周边摊主自治会' }).click()
  await dialog(chief.page).locator('#receipt-file').setInputFiles({ name: '回证.png', mimeType: 'image/png', buffer: Buffer.from(DOT, 'base64') })
  await dialog(chief.page).locator('button[type=submit]').click()
  await dialog(chief.page).waitFor({ state: 'detached' })
  await services.locator('.mark', { hasText: '已签收' }).waitFor()
  await services.getByRole('link', { name: '回证扫描件' }).waitFor()
  await wholePage(chief.page, chief.wrong, 'document-refused')
  const more = chief.page.locator('.bar').getByRole('button', { name: '更多', exact: true })
  if (await more.isVisible()) await more.click()
  await chief.page.getByRole('button', { name: '撤回', exact: true }).or(chief.page.getByRole('menuitem', { name: '撤回', exact: true })).first().click()
  await dialog(chief.page).locator('#document-note').fill('改由联席会议协调')
  await dialog(chief.page).locator('button[type=submit]').click()
  await appears(state(page, '已撤回'))
  const other = await letter(page)
  await page.goto(other)
  await act(page, '作废', { 'document-note': '重复' })
  await state(page, '已作废').waitFor()
  await wholePage(page, writer.wrong, 'document-void')
  for (const one of [chief, officer]) nothingWrong(one.wrong, 'what goes wrong')
})

trial('certificates are issued and revoked, a seal has its own picture', async () => {
  const { page, wrong } = await as('anquan')
  await page.goto('/certificates')
  await settled(page)
  const rows = page.getByRole('region', { name: '证书' }).locator('tbody tr, .cards > *')
  const before = await rows.count()
  await page.getByRole('button', { name: '制发证书' }).click()
  await dialog(page).locator('#certificate-kind').selectOption({ label: '个人（电子签名）' })
  await dialog(page).locator('#certificate-person').fill('minshi')
  await page.getByRole('option', { name: /minshi/ }).click()
  await dialog(page).locator('button[type=submit]').click()
  await dialog(page).waitFor({ state: 'detached' })
  await page.waitForFunction((n) => document.querySelectorAll('[aria-label="证书"] tbody tr').length > n, before)
  await page.getByRole('button', { name: '吊销 林若溪 的证书' }).click()
  await dialog(page).locator('#revoke-reason').selectOption({ label: '持有人调离' })
  await dialog(page).locator('button[type=submit]').click()
  await dialog(page).waitFor({ state: 'detached' })
  await page.getByText(/已吊销林若溪的证书/).waitFor()
  await page.locator('#seal-house').selectOption({ label: '江城县市场监督管理局' })
  const picture = page.getByRole('img', { name: '江城县市场监督管理局的印章图样' })
  await picture.waitFor()
  const drawn = await page.evaluate(async (src) => [...new Uint8Array(await (await fetch(src)).arrayBuffer())], await picture.getAttribute('src'))
  await page.locator('#seal-file').setInputFiles({ name: '印章.png', mimeType: 'image/png', buffer: Buffer.from(drawn) })
  await page.getByText(/已换上江城县市场监督管理局的印章图样/).waitFor()
  await page.getByRole('button', { name: '撤下图样' }).click()
  await page.getByText(/已撤下印章图样/).waitFor()
  await wholePage(page, wrong, 'certificates')
})
