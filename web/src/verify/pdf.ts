// SPDX-License-Identifier: MulanPSL-2.0
// The update behind a signed PDF, found and made again: the same as src/document/signature_pdf.c. Whoever changes one changes both.
import type { Signer } from './container'
import { sm3Of } from './container'
import { Damaged, must, same } from './der'

export interface Picture {
  width: number
  height: number
  rgb: Uint8Array
  alpha: Uint8Array
  digest: string
}

export interface Update {
  from: number
  until: number
  container: Uint8Array
  pictures: Picture[]
}

/** One character a byte, so that places in the text are places in the file. */
export function latin(bytes: Uint8Array): string {
  let out = ''
  for (let i = 0; i < bytes.length; i += 32768) out += String.fromCharCode(...bytes.subarray(i, i + 32768))
  return out
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0))
}

function joined(parts: (string | Uint8Array)[]): Uint8Array {
  const all = parts.map((p) => (typeof p === 'string' ? ascii(p) : p))
  const out = new Uint8Array(all.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const p of all) {
    out.set(p, at)
    at += p.length
  }
  return out
}

/* ---- finding ---- */

function number4(n: number): Uint8Array {
  return Uint8Array.of(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255)
}

function digest(p: Omit<Picture, 'digest'>): string {
  return sm3Of(joined([number4(p.width), number4(p.height), number4(p.rgb.length), p.rgb, p.alpha]))
}

export function findUpdate(bytes: Uint8Array): { there: boolean; update: Update | null } {
  const text = latin(bytes)
  const at = text.lastIndexOf(' /LHBase ')
  const there = at >= 0 || text.includes('/LHSignature')
  try {
    return { there, update: at < 0 ? null : readUpdate(bytes, text, at) }
  } catch (cause) {
    if (cause instanceof Damaged) return { there, update: null }
    throw cause
  }
}

function readUpdate(bytes: Uint8Array, text: string, at: number): Update {
  const tail = /^ \/LHBase (\d{1,15}) >>\nstartxref\n\d{1,15}\n%%EOF\n/.exec(text.slice(at, at + 100))
  if (!tail) throw new Damaged()
  const from = Number(tail[1])
  const until = at + tail[0].length
  must(from < at)
  let place = from
  const head = (pattern: RegExp): number[] => {
    const found = pattern.exec(text.slice(place, Math.min(place + 400, until)))
    if (!found) throw new Damaged()
    place += found[0].length
    return found.slice(1).map(Number)
  }
  const stream = (n: number): Uint8Array => {
    must(n <= until - place)
    const value = bytes.subarray(place, place + n)
    place += n
    head(/^\nendstream\nendobj\n/)
    return value
  }
  const [count, length] = head(/^\d{1,15} 0 obj\n<< \/Type \/LHSignature \/Pictures (\d{1,15}) \/Length (\d{1,15}) >>\nstream\n/) as [number, number]
  must(count <= 60)
  const container = stream(length)
  const pictures: Picture[] = []
  for (let i = 0; i < count; i++) {
    const image = /^\d{1,15} 0 obj\n<< \/Type \/XObject \/Subtype \/Image \/Width (\d{1,15}) \/Height (\d{1,15})[^\n]*? \/Length (\d{1,15}) >>\nstream\n/
    const [width, height, n] = head(image) as [number, number, number]
    const rgb = stream(n)
    const [, , m] = head(image) as [number, number, number]
    const alpha = stream(m)
    must(width > 0 && height > 0 && width <= 1200 && height <= 1200)
    const p = { width, height, rgb, alpha }
    pictures.push({ ...p, digest: digest(p) })
    const end = text.slice(place, place + 400).indexOf('endobj\n')
    must(end >= 0)
    place += end + 7
  }
  return { from, until, container, pictures }
}

/* ---- the laid-out PDF ---- */

class Base {
  readonly size: number
  readonly xref: number
  readonly root: number
  readonly info: number
  readonly pages: number[]
  private readonly entries: string

  constructor(readonly text: string) {
    const end = /startxref\n(\d{1,15})\n%%EOF\n$/.exec(text.slice(-64))
    if (!end || !text.startsWith('%PDF-1.')) throw new Damaged()
    this.xref = Number(end[1])
    const head = /^xref\n0 (\d{1,15})\n/.exec(text.slice(this.xref, this.xref + 40))
    if (!head) throw new Damaged()
    this.size = Number(head[1])
    const from = this.xref + head[0].length
    must(this.size <= 300000 && from + this.size * 20 <= text.length)
    this.entries = text.slice(from, from + this.size * 20)
    const trailer = text.slice(from + this.size * 20)
    must(trailer.startsWith('trailer\n<<') && !trailer.includes('/Prev') && !trailer.includes('/Encrypt'))
    must(Number(/\/Size [ \n\r]*(\d+)/.exec(trailer)?.[1]) === this.size)
    this.root = Number(/\/Root [ \n\r]*(\d+) 0 R/.exec(trailer)?.[1])
    this.info = Number(/\/Info [ \n\r]*(\d+) 0 R/.exec(trailer)?.[1] ?? 0)
    const tree = Number(/\/Pages [ \n\r]*(\d+) 0 R/.exec(this.object(this.root))?.[1])
    const kids = /\/Kids [ \n\r]*\[((?:[ \n\r]*\d+ 0 R)*)[ \n\r]*\]/.exec(this.object(tree))
    if (!kids) throw new Damaged()
    this.pages = Array.from((kids[1] as string).matchAll(/(\d+) 0 R/g), (m) => Number(m[1]))
    must(this.pages.length <= 2000)
  }

  object(number: number): string {
    must(number >= 1 && number < this.size)
    const entry = /^(\d{10}) 00000 n /.exec(this.entries.slice(number * 20, number * 20 + 20))
    if (!entry) throw new Damaged()
    const at = Number(entry[1])
    must(at < this.xref)
    const part = this.text.slice(at, at + (1 << 20))
    const end = part.indexOf('endobj\n')
    must(end >= 0 && part.startsWith(`${number} 0 obj\n`))
    return part.slice(0, end + 7)
  }
}

/* ---- writing it again ---- */

const points = (hundredths: number): number => Math.trunc((hundredths * 72000) / 2540)

function pageSize(page: string): [number, number] {
  const box = /\/MediaBox [ \n\r]*\[[ \n\r]*0(?:\.0*)? +0(?:\.0*)? +(\d+)(?:\.(\d*))? +(\d+)(?:\.(\d*))?/.exec(page)
  if (!box) throw new Damaged()
  const mill = (whole: string | undefined, part: string | undefined): number => Number(whole) * 1000 + Number(((part ?? '') + '000').slice(0, 3))
  return [mill(box[1], box[2]), mill(box[3], box[4])]
}

interface Stamp {
  picture: number
  page: number
  box: number[]
  object: number
}

function plan(base: Base, signers: Signer[], pictures: Picture[]): Stamp[] {
  const stamps: Stamp[] = []
  for (const s of signers) {
    if (!s.picture) continue
    const picture = pictures.findIndex((p) => p.digest === s.picture)
    const page = base.pages[s.place.page - 1]
    const p = pictures[picture]
    if (!p || page === undefined) throw new Damaged()
    const text = base.object(page)
    must(!text.includes('/Annots'))
    const [width, height] = pageSize(text)
    const across = points(s.place.width)
    const down = Math.trunc((across * p.height) / p.width)
    const x = points(s.place.x) - Math.trunc(across / 2)
    const y = height - points(s.place.y) - Math.trunc(down / 2)
    must(across >= 1 && x >= 0 && y >= 0 && x + across <= width && y + down <= height)
    stamps.push({ picture, page, box: [x, y, x + across, y + down], object: 0 })
  }
  must(pictures.every((_, i) => stamps.some((s) => s.picture === i)))
  return stamps
}

const ten = (n: number): string => String(n).padStart(10, '0')
const mill = (n: number): string => `${Math.trunc(n / 1000)}.${String(n % 1000).padStart(3, '0')}`

function written(pdf: Uint8Array, container: Uint8Array, signers: Signer[], pictures: Picture[]): Uint8Array {
  const base = new Base(latin(pdf))
  const stamps = plan(base, signers, pictures)
  const parts: (string | Uint8Array)[] = []
  const offsets: number[] = []
  let at = pdf.length
  let next = base.size
  const add = (...more: (string | Uint8Array)[]): void => {
    for (const m of more) {
      parts.push(m)
      at += m.length
    }
  }
  const begin = (): number => {
    offsets.push(at)
    add(`${next} 0 obj\n`)
    return next++
  }
  const stream = (head: string, bytes: Uint8Array): void => add(`${head} /Length ${bytes.length} >>\nstream\n`, bytes, '\nendstream\nendobj\n')
  begin()
  stream(`<< /Type /LHSignature /Pictures ${pictures.length}`, container)
  for (const p of pictures) {
    const image = (space: string): string =>
      `<< /Type /XObject /Subtype /Image /Width ${p.width} /Height ${p.height} /ColorSpace /Device${space} /BitsPerComponent 8 /Filter /FlateDecode`
    const rgb = begin()
    stream(`${image('RGB')} /SMask ${rgb + 1} 0 R`, p.rgb)
    begin()
    stream(image('Gray'), p.alpha)
    begin()
    stream(`<< /Type /XObject /Subtype /Form /BBox [ 0 0 1000 1000 ] /Resources << /XObject << /S ${rgb} 0 R >> >>`, ascii('q 1000 0 0 1000 0 0 cm /S Do Q'))
  }
  for (const s of stamps) {
    s.object = begin()
    const form = base.size + 1 + 3 * s.picture + 2
    add(
      `<< /Type /Annot /Subtype /Stamp /Rect [ ${s.box.map(mill).join(' ')} ] /P ${s.page} 0 R /F 196 /NM (LH${s.object}) /AP << /N ${form} 0 R >> >>\nendobj\n`,
    )
  }
  const touched = [...new Set(stamps.map((s) => s.page))].sort((a, b) => a - b)
  const touchedAt = touched.map((page) => {
    const from = at
    const text = base.object(page)
    const end = text.lastIndexOf('>>')
    must(end >= 0)
    const list = stamps.filter((s) => s.page === page).map((s) => ` ${s.object} 0 R`)
    add(`${text.slice(0, end)}   /Annots [${list.join('')} ]\n${text.slice(end)}`)
    return from
  })
  const xref = at
  add('xref\n', ...touched.map((page, i) => `${page} 1\n${ten(touchedAt[i] as number)} 00000 n \n`))
  add(`${base.size} ${next - base.size}\n`, ...offsets.map((o) => `${ten(o)} 00000 n \n`))
  add(`trailer\n<< /Size ${next} /Root ${base.root} 0 R${base.info ? ` /Info ${base.info} 0 R` : ''}`)
  add(` /Prev ${base.xref} /LHSignature ${base.size} 0 R /LHBase ${pdf.length} >>\nstartxref\n${xref}\n%%EOF\n`)
  return joined(parts)
}

/** Does everything behind the signed bytes come out the same when it is made again? */
export function updateHolds(bytes: Uint8Array, u: Update, signers: Signer[]): boolean {
  try {
    return u.until === bytes.length && same(written(bytes.subarray(0, u.from), u.container, signers, u.pictures), bytes.subarray(u.from, u.until))
  } catch (cause) {
    if (cause instanceof Damaged) return false
    throw cause
  }
}
