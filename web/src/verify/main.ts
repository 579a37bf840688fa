// SPDX-License-Identifier: MulanPSL-2.0
// The page for outsiders: a PDF is chosen or dropped and looked at here; it never leaves the browser.
import { certificateOfFile, fingerprint, readRevocations } from './container'
import { verdictOf, type Report, type Trust } from './verdict'

const SIZE = 256 << 20
const trust: Trust = {}
let last: File | null = null

function at(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new Error(id)
  return found
}

function line(tag: string, text: string, name = ''): HTMLElement {
  const e = document.createElement(tag)
  e.textContent = text
  if (name) e.className = name
  return e
}

const LOOK: Record<string, string> = { good: 'good', incomplete: 'care', unproven: 'care', none: 'care', not_pdf: 'care' }
const SIGN: Record<string, string> = { good: '✓', care: '！', bad: '✕' }

function lookOf(verdict: string): string {
  return LOOK[verdict] ?? 'bad'
}

function show(name: string, r: Report): void {
  const out = at('result')
  const head = line('h2', `${SIGN[lookOf(r.verdict)] ?? ''} ${r.title}`, lookOf(r.verdict))
  head.dataset['verdict'] = r.verdict
  const list = document.createElement('ol')
  for (const s of r.signers) {
    const item = line('li', s.sentence, lookOf(s.verdict))
    item.prepend(line('strong', `${s.title}　`))
    list.append(item)
  }
  const notes = document.createElement('ul')
  for (const m of r.missing) notes.append(line('li', `还没有签章：${m}`))
  for (const n of r.notes) notes.append(line('li', n))
  if (r.root) notes.append(line('li', `文件里的根证书（SM3）：${r.root}`))
  out.replaceChildren(line('p', name, 'file'), head, line('p', r.sentence), ...(r.signers.length ? [list] : []), ...(notes.childNodes.length ? [notes] : []))
}

async function look(file: File): Promise<void> {
  last = file
  const out = at('result')
  out.replaceChildren(line('p', '正在核验…'))
  if (file.size > SIZE) {
    out.replaceChildren(line('h2', '文件超过 256 MiB，不能在这里核验', 'care'))
    return
  }
  try {
    show(file.name, await verdictOf(new Uint8Array(await file.arrayBuffer()), trust))
  } catch {
    out.replaceChildren(line('h2', '核验时出错，请换一个较新的浏览器再试', 'care'))
  }
}

function tellTrust(problem = ''): void {
  const words = [
    trust.root ? `根证书：${trust.root.name}，SM3 ${fingerprint(trust.root)}` : '根证书：还没有，只能看出文件有没有被改动，不能确认签章人是谁。',
    trust.revocations ? `吊销名单：共 ${trust.revocations.items.size} 张证书。` : '吊销名单：还没有。',
  ]
  at('trust').replaceChildren(...words.map((w) => line('li', w)), ...(problem ? [line('li', problem, 'bad')] : []))
}

async function bytesOf(input: HTMLInputElement): Promise<Uint8Array | null> {
  const file = input.files?.[0]
  return file ? new Uint8Array(await file.arrayBuffer()) : null
}

async function takeRoot(bytes: Uint8Array): Promise<void> {
  try {
    const c = certificateOfFile(bytes)
    if (c.kind !== 'root') return tellTrust('选的不是根证书。')
    trust.root = c
    tellTrust()
  } catch {
    tellTrust('根证书读不懂，请重新下载。')
  }
}

async function takeList(bytes: Uint8Array): Promise<void> {
  try {
    trust.revocations = readRevocations(bytes)
    tellTrust()
  } catch {
    tellTrust('吊销名单读不懂，请重新下载。')
  }
}

async function ask(path: string): Promise<Uint8Array | null> {
  try {
    const answer = await fetch(path)
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null
  } catch {
    return null
  }
}

/* From the server this page came from; a saved page has none, and asks for files. */
async function fromServer(): Promise<void> {
  if (!location.protocol.startsWith('http')) return
  const [root, list] = await Promise.all([ask('/api/certificates/root'), ask('/api/certificates/revoked')])
  if (root) await takeRoot(root)
  if (list) await takeList(list)
}

function again(): void {
  if (last) void look(last)
}

function begin(): void {
  const pdf = at('pdf') as HTMLInputElement
  const root = at('root') as HTMLInputElement
  const list = at('list') as HTMLInputElement
  const drop = at('drop')
  pdf.addEventListener('change', () => {
    const file = pdf.files?.[0]
    if (file) void look(file)
  })
  root.addEventListener('change', () => void bytesOf(root).then((b) => (b ? takeRoot(b).then(again) : undefined)))
  list.addEventListener('change', () => void bytesOf(list).then((b) => (b ? takeList(b).then(again) : undefined)))
  for (const kind of ['dragover', 'drop'] as const)
    document.addEventListener(kind, (e) => {
      e.preventDefault()
      drop.classList.toggle('over', kind === 'dragover')
      const file = kind === 'drop' ? e.dataTransfer?.files[0] : undefined
      if (file) void look(file)
    })
  tellTrust()
  void fromServer().then(again)
}

begin()
