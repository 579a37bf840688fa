// SPDX-License-Identifier: MulanPSL-2.0
// What a file says and whether it can be believed: the verdicts and sentences of src/document/signature_verify.c.
import { fingerprint, issuedBy, readContainer, sm3Of, verify, type Certificate, type Revocations, type Signer } from './container'
import { Damaged, same } from './der'
import { findUpdate, updateHolds } from './pdf'

/* Worse ones later. */
const TITLES = {
  good: '签章有效',
  incomplete: '签章有效，但尚未签齐',
  unproven: '签章完好，但没有核对根证书',
  expired: '签章时证书不在有效期内',
  revoked: '签章时证书已被吊销',
  strange: '不是这个根证书签发的签章',
  false: '签名不符',
  behind: '签章之后文件被改动过',
  changed: '正文被改动过',
  damaged: '签章部分已损坏，无法核验',
  none: '文件里没有本系统的电子签章',
  not_pdf: '不是 PDF 文件',
} as const
export type Verdict = keyof typeof TITLES
const ORDER = Object.keys(TITLES) as Verdict[]

const REASONS: Record<number, string> = { 0: '未说明', 1: '私钥泄露或遗失', 3: '离开单位', 4: '换发新证书', 5: '单位撤销或停用', 9: '收回签章权限' }

const SENTENCES: Partial<Record<Verdict, string>> = {
  unproven: '文件没有被改动过，签章与文件里的证书相符；但没有核对根证书，不能确认签章人是谁。请用签章单位公布的根证书再核验。',
  expired: '文件没有被改动过，但有签章是在证书有效期之外作出的。',
  revoked: '文件没有被改动过，但有签章是在证书被吊销之后作出的，该签章无效。',
  strange: '签章用的证书不是由核对所用的根证书签发的，签章人身份不可信。',
  false: '签名与内容不符，签章无效。',
  behind: '签章之后文件又被改动过：正文之后的部分（印章、批注或另加的内容）与签章时不同。',
  changed: '正文在签章之后被改动过，与签章时不同。',
  damaged: '文件里的签章部分已损坏或被改动，无法核验，请向签章单位重新索取文件。',
  none: '这个 PDF 里没有本系统的电子签章；其他系统的签章请用它们自己的工具核验。',
  not_pdf: '这不是 PDF 文件，请选择签章单位发来的 PDF。',
}

export interface Report {
  verdict: Verdict
  title: string
  sentence: string
  signers: { verdict: Verdict; title: string; sentence: string; name: string }[]
  missing: string[]
  notes: string[]
  root: string
}

export interface Trust {
  root?: Certificate | undefined
  revocations?: Revocations | undefined
}

function worse(a: Verdict, b: Verdict): Verdict {
  return ORDER.indexOf(b) > ORDER.indexOf(a) ? b : a
}

/* China's time, whatever the reader's clock says. */
export function timeWords(at: number): string {
  const d = new Date(at + 8 * 3600 * 1000)
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${d.getUTCFullYear()}年${d.getUTCMonth() + 1}月${d.getUTCDate()}日 ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`
}

function whose(c: Certificate): string {
  return c.kind === 'organisation' ? `${c.name}（单位印章）` : `${c.name}（${c.house}）`
}

interface Revoked {
  at: number
  reason: number
}

function wrongWords(v: Verdict, c: Certificate, gone: Revoked | undefined): string {
  switch (v) {
    case 'changed':
      return '，但正文与签章时不同，已被改动'
    case 'false':
      return '，但签名与内容不符，签名无效'
    case 'strange':
      return '，但证书不是由核对所用的根证书签发的，签章人身份不可信'
    case 'revoked':
      return gone ? `，但证书已于${timeWords(gone.at)}因${REASONS[gone.reason] ?? '未说明'}被吊销，签章在吊销之后，无效` : ''
    case 'expired':
      return `，但证书的有效期是${timeWords(c.from)}至${timeWords(c.until)}，签章时不在有效期内`
    default:
      return '，正文自签章后没有改动'
  }
}

function laterWords(v: Verdict, gone: Revoked | undefined): string {
  if (!gone || ORDER.indexOf(v) >= ORDER.indexOf('revoked')) return ''
  const begin = `；证书后来于${timeWords(gone.at)}因${REASONS[gone.reason] ?? '未说明'}被吊销，`
  return begin + (gone.reason === 1 ? '签章时间由签章单位自己的时钟记录，请向该单位核实' : '吊销之前的签章仍然有效')
}

async function judge(s: Signer, root: Certificate, given: boolean, list: Revocations | undefined, digest: string): Promise<Report['signers'][number]> {
  const c = s.certificate
  const gone = list?.items.get(c.serial)
  let v: Verdict = given ? 'good' : 'unproven'
  if (s.at < c.from || s.at > c.until || s.at < root.from || s.at > root.until) v = worse(v, 'expired')
  if (gone && gone.at <= s.at) v = worse(v, 'revoked')
  if (!(await issuedBy(c, root))) v = worse(v, 'strange')
  if (s.kind !== c.kind || !(await verify(c.key, s.attributes, s.signature))) v = worse(v, 'false')
  if (s.message !== digest) v = worse(v, 'changed')
  const sentence = `${whose(c)}于${timeWords(s.at)}签章${wrongWords(v, c, gone)}${laterWords(v, gone)}。证书编号 ${c.serial}。`
  return { verdict: v, title: TITLES[v], sentence, name: c.kind === 'organisation' ? c.name : '' }
}

async function usable(list: Revocations | undefined, root: Certificate): Promise<boolean> {
  return !!list && list.issuer === root.subject && list.signedBy === root.key.algorithm && (await verify(root.key, list.signed, list.signature))
}

async function examine(bytes: Uint8Array, trust: Trust, r: Report): Promise<Verdict> {
  if (String.fromCharCode(...bytes.subarray(0, 5)) !== '%PDF-') return 'not_pdf'
  const { there, update } = findUpdate(bytes)
  if (!update) return there ? 'damaged' : 'none'
  const { root: own, signers } = readContainer(update.container)
  let v: Verdict = 'good'
  r.root = fingerprint(own)
  if (!(await issuedBy(own, own))) v = worse(v, 'strange')
  if (trust.root && !same(trust.root.der, own.der)) v = worse(v, 'strange')
  const root = trust.root ?? own
  let list = trust.revocations
  if (list && !(await usable(list, root))) {
    list = undefined
    r.notes.push('给出的吊销名单不是由这个根证书签发的，没有使用。')
  }
  r.notes.push(list ? `吊销名单截至${timeWords(list.at)}。` : '没有核对吊销名单：证书若已被吊销，这里看不出来。')
  r.notes.push('签章时间由签章单位的系统时钟记录，没有第三方时间戳。')
  const digest = sm3Of(bytes.subarray(0, update.from))
  for (const s of signers) {
    const one = await judge(s, root, !!trust.root, list, digest)
    r.signers.push(one)
    v = worse(v, one.verdict)
  }
  r.missing = [...new Set(signers.flatMap((s) => s.wanted))].filter((name) => !r.signers.some((s) => s.name === name))
  if (r.missing.length) v = worse(v, 'incomplete')
  if (!updateHolds(bytes, update, signers)) v = worse(v, 'behind')
  return v
}

function sentenceOf(v: Verdict, r: Report): string {
  if (v === 'good') return `文件没有被改动过，${r.signers.length} 个签章全部有效。`
  if (v === 'incomplete') return `文件没有被改动过，已有的 ${r.signers.length} 个签章有效，但还有 ${r.missing.length} 个单位没有签章。`
  return SENTENCES[v] ?? ''
}

export async function verdictOf(bytes: Uint8Array, trust: Trust): Promise<Report> {
  const r: Report = { verdict: 'good', title: '', sentence: '', signers: [], missing: [], notes: [], root: '' }
  try {
    r.verdict = await examine(bytes, trust, r)
  } catch (cause) {
    if (!(cause instanceof Damaged)) throw cause
    r.verdict = 'damaged'
  }
  r.title = TITLES[r.verdict]
  r.sentence = sentenceOf(r.verdict, r)
  return r
}
