// SPDX-License-Identifier: MulanPSL-2.0
// Certificates, lists of revoked ones and the container of signatures, as src/document/certificate_x509.c and
// signature_container.c write them.
import { sm2, sm3 } from 'sm-crypto'
import { Damaged, Der, hex, must, same } from './der'

export type Algorithm = 'sm2' | 'p256'
export type Kind = 'person' | 'organisation' | 'root'

const KINDS: [Kind, string][] = [
  ['person', '个人'],
  ['organisation', '单位印章'],
  ['root', '根证书'],
]
const KEY_HEADS: [Algorithm, string][] = [
  ['sm2', '3059301306072a8648ce3d020106082a811ccf5501822d034200'],
  ['p256', '3059301306072a8648ce3d020106082a8648ce3d030107034200'],
]
/* Of the signature on a certificate, and of a signer. */
const SEALING: [Algorithm, string][] = [
  ['sm2', '300a06082a811ccf55018375'],
  ['p256', '300a06082a8648ce3d040302'],
]
const SIGNING: Record<Algorithm, string> = { sm2: '300b06092a811ccf5501822d01', p256: '300a06082a8648ce3d040302' }
const SM3 = '300a06082a811ccf55018311'
const DATA = '060a2a811ccf550601040201'
const EXTENSIONS_ROOT = 'a326302430120603551d130101ff040830060101ff020100300e0603551d0f0101ff040403020106'
const EXTENSIONS_SIGNER = 'a320301e300c0603551d130101ff04023000300e0603551d0f0101ff0404030206c0'
const STAMP = '06146982989fb7cbcbf0dab1a59aabcec7d1dbf2bc64'

export interface Key {
  algorithm: Algorithm
  point: string
}

export interface Certificate {
  der: Uint8Array
  signed: Uint8Array
  signature: Uint8Array
  signedBy: Algorithm
  serial: string
  issuer: string
  subject: string
  name: string
  house: string
  kind: Kind
  from: number
  until: number
  key: Key
}

export interface Revocations {
  signed: Uint8Array
  signature: Uint8Array
  signedBy: Algorithm
  issuer: string
  at: number
  items: Map<string, { at: number; reason: number }>
}

export interface Place {
  page: number
  x: number
  y: number
  width: number
}

export interface Signer {
  certificate: Certificate
  kind: Kind
  at: number
  message: string
  picture: string
  place: Place
  wanted: string[]
  attributes: Uint8Array
  signature: Uint8Array
}

function algorithm(d: Der): Algorithm {
  for (const [name, bytes] of SEALING) if (d.is(bytes)) return name
  throw new Damaged()
}

/* What certificates and lists have in common. */
function sealed(whole: Uint8Array): { signed: Uint8Array; inner: Der; by: Algorithm; signature: Uint8Array } {
  const outer = new Der(whole)
  const d = outer.in(0x30)
  outer.end()
  const item = d.next()
  must(item.tag === 0x30)
  const by = algorithm(d)
  const signature = d.bits()
  d.end()
  return { signed: item.whole, inner: new Der(item.value), by, signature }
}

function namePart(d: Der, id: string): string {
  const set = d.in(0x31)
  const one = set.in(0x30)
  set.end()
  one.expect(id)
  const text = one.text()
  one.end()
  return text
}

function key(d: Der): Key {
  for (const [name, head] of KEY_HEADS)
    if (d.is(head)) {
      must(d.is('04'))
      return { algorithm: name, point: '' }
    }
  throw new Damaged()
}

export function readCertificate(der: Uint8Array): Certificate {
  const s = sealed(der)
  const d = s.inner
  d.expect('a003020102')
  const serial = d.take(0x02)
  must(serial.length > 0 && serial.length <= 20 && (serial[0] as number) > 0 && (serial[0] as number) < 0x80)
  must(algorithm(d) === s.by)
  const issuer = d.next()
  const days = d.in(0x30)
  const from = days.time()
  const until = days.time()
  days.end()
  must(until >= from)
  const subject = d.next()
  must(subject.tag === 0x30)
  const n = new Der(subject.value)
  n.expect('310b300906035504061302434e')
  const house = namePart(n, '060355040a')
  const unit = namePart(n, '060355040b')
  const name = namePart(n, '0603550403')
  n.end()
  const kind = KINDS.find(([, title]) => title === unit)?.[0]
  if (!kind) throw new Damaged()
  const k = key(d)
  const rest = d.rest()
  k.point = '04' + hex(rest.subarray(0, 64))
  must(hex(rest.subarray(64)) === (kind === 'root' ? EXTENSIONS_ROOT : EXTENSIONS_SIGNER))
  return {
    der,
    signed: s.signed,
    signature: s.signature,
    signedBy: s.by,
    serial: hex(serial),
    issuer: hex(issuer.whole),
    subject: hex(subject.whole),
    name,
    house,
    kind,
    from,
    until,
    key: k,
  }
}

/** PEM or DER. */
export function certificateOfFile(bytes: Uint8Array): Certificate {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, 20000))
  const pem = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(text)
  return readCertificate(pem ? Uint8Array.from(atob((pem[1] as string).replace(/\s/g, '')), (c) => c.charCodeAt(0)) : bytes)
}

export function readRevocations(der: Uint8Array): Revocations {
  const s = sealed(der)
  const d = s.inner
  must(d.int(1) === 1)
  must(algorithm(d) === s.by)
  const issuer = hex(d.next().whole)
  const at = d.time()
  const items = new Map<string, { at: number; reason: number }>()
  const list = d.maybe(0x30)
  if (list) {
    const all = new Der(list)
    while (!all.done) {
      const one = all.in(0x30)
      const serial = hex(one.take(0x02))
      const when = one.time()
      const extensions = one.in(0x30)
      const extension = extensions.in(0x30)
      extension.expect('0603551d15')
      const reason = extension.in(0x04).take(0x0a)
      items.set(serial, { at: when, reason: reason[0] ?? 0 })
    }
  }
  return { signed: s.signed, signature: s.signature, signedBy: s.by, issuer, at, items }
}

async function verifyP256(k: Key, text: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const d = new Der(signature)
  const pair = d.in(0x30)
  const raw = new Uint8Array(64)
  for (const from of [0, 32]) {
    let v = pair.take(0x02)
    must(v.length > 0 && (v[0] as number) < 0x80 && (v.length === 1 || v[0] !== 0 || (v[1] as number) >= 0x80))
    if (v[0] === 0) v = v.subarray(1)
    must(v.length <= 32)
    raw.set(v, from + 32 - v.length)
  }
  pair.end()
  d.end()
  const point = Uint8Array.from((k.point.match(/../g) ?? []).map((b) => parseInt(b, 16)))
  const imported = await crypto.subtle.importKey('raw', point, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify'])
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, imported, raw, text as BufferSource)
}

export async function verify(k: Key, text: Uint8Array, signature: Uint8Array): Promise<boolean> {
  try {
    if (k.algorithm === 'p256') return await verifyP256(k, text, signature)
    return sm2.doVerifySignature(Array.from(text), hex(signature), k.point, { hash: true, der: true })
  } catch {
    return false
  }
}

export async function issuedBy(c: Certificate, issuer: Certificate): Promise<boolean> {
  return issuer.kind === 'root' && c.issuer === issuer.subject && c.signedBy === issuer.key.algorithm && (await verify(issuer.key, c.signed, c.signature))
}

export function sm3Of(bytes: Uint8Array): string {
  return sm3(Array.from(bytes))
}

export function fingerprint(c: Certificate): string {
  return (sm3Of(c.der).match(/..../g) ?? []).join(' ')
}

function stamp(value: Der): Pick<Signer, 'kind' | 'picture' | 'place' | 'wanted'> {
  const d = value.in(0x30)
  value.end()
  const kind = (KINDS[d.int(1)] as [Kind, string])[0]
  const picture = d.take(0x04)
  must(picture.length === 0 || picture.length === 32)
  const place = { page: d.int(2000), x: d.int(1000000), y: d.int(1000000), width: d.int(1000000) }
  must(picture.length > 0 === place.page > 0)
  const names = d.in(0x30)
  d.end()
  const wanted: string[] = []
  while (!names.done) {
    must(wanted.length < 100)
    wanted.push(names.text())
  }
  return { kind, picture: hex(picture), place, wanted }
}

/* A SET OF in DER is sorted by its bytes. */
function sorted(parts: Uint8Array[]): boolean {
  return parts.every((p, i) => i === 0 || hex(parts[i - 1] as Uint8Array) < hex(p))
}

function readAttributes(inner: Uint8Array): Pick<Signer, 'kind' | 'picture' | 'place' | 'wanted' | 'at' | 'message'> {
  const d = new Der(inner)
  const parts: Uint8Array[] = []
  let message = ''
  let at = NaN
  let own: ReturnType<typeof stamp> | undefined
  let content = 0
  while (!d.done) {
    const item = d.next()
    must(item.tag === 0x30)
    parts.push(item.whole)
    const one = new Der(item.value)
    if (one.is('06092a864886f70d010903')) {
      one.expect('310c' + DATA)
      content++
    } else if (one.is('06092a864886f70d010904')) {
      const set = one.in(0x31)
      const digest = set.take(0x04)
      set.end()
      must(digest.length === 32)
      message = hex(digest)
    } else if (one.is('06092a864886f70d010905')) {
      const set = one.in(0x31)
      at = set.time()
      set.end()
    } else {
      one.expect(STAMP)
      own = stamp(one.in(0x31))
    }
    one.end()
  }
  if (!own || !message || Number.isNaN(at) || content !== 1 || parts.length !== 4 || !sorted(parts)) throw new Damaged()
  return { ...own, message, at }
}

function readSigner(d: Der, certificates: Certificate[]): Signer {
  d.expect('020101')
  const sid = d.in(0x30)
  const issuer = hex(sid.next().whole)
  const serial = hex(sid.take(0x02))
  sid.end()
  d.expect(SM3)
  const inner = d.next()
  must(inner.tag === 0xa0)
  const c = certificates.slice(0, -1).find((x) => x.issuer === issuer && x.serial === serial)
  if (!c) throw new Damaged()
  d.expect(SIGNING[c.key.algorithm])
  const signature = d.take(0x04)
  d.end()
  const attributes = inner.whole.slice()
  attributes[0] = 0x31 /* a SET when it is signed, IMPLICIT [0] in the container */
  return { ...readAttributes(inner.value), certificate: c, attributes, signature }
}

export function readContainer(bytes: Uint8Array): { root: Certificate; signers: Signer[] } {
  const outer = new Der(bytes)
  const info = outer.in(0x30)
  outer.end()
  info.expect('060a2a811ccf550601040202')
  const explicit = info.in(0xa0)
  info.end()
  const d = explicit.in(0x30)
  explicit.end()
  d.expect('020101310c' + SM3 + '300c' + DATA)
  const list = d.in(0xa0)
  const infos = d.in(0x31)
  d.end()
  const certificates: Certificate[] = []
  while (!list.done) {
    must(certificates.length <= 60)
    certificates.push(readCertificate(list.next().whole))
  }
  const signers: Signer[] = []
  while (!infos.done) {
    must(signers.length < 60)
    signers.push(readSigner(infos.in(0x30), certificates))
  }
  const root = certificates.at(-1)
  must(signers.length > 0 && certificates.length >= 2)
  if (root?.kind !== 'root') throw new Damaged()
  /* Each certificate once, in the order of those who signed. */
  const used = signers.map((s) => s.certificate).filter((c, i, all) => all.indexOf(c) === i)
  must(used.length === certificates.length - 1 && used.every((c, i) => c === certificates[i]))
  must(certificates.every((c, i) => certificates.findIndex((x) => same(x.der, c.der)) === i))
  return { root, signers }
}
