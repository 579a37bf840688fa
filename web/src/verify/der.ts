// SPDX-License-Identifier: MulanPSL-2.0
// DER read as src/document/signature_der.c reads it: what is not the one way to say it is refused, by throwing.

export class Damaged extends Error {}

export function must(good: boolean): void {
  if (!good) throw new Damaged()
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')
}

export function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

export interface Item {
  tag: number
  value: Uint8Array
  whole: Uint8Array
}

export class Der {
  private at = 0

  constructor(private readonly bytes: Uint8Array) {}

  get done(): boolean {
    return this.at === this.bytes.length
  }

  private byte(): number {
    const b = this.bytes[this.at++]
    if (b === undefined) throw new Damaged()
    return b
  }

  next(): Item {
    const from = this.at
    const tag = this.byte()
    must((tag & 0x1f) !== 0x1f)
    let n = this.byte()
    if (n >= 0x80) {
      const count = n & 0x7f
      must(count > 0 && count <= 4)
      n = 0
      for (let i = 0; i < count; i++) {
        const b = this.byte()
        must(i > 0 || b !== 0)
        n = n * 256 + b
      }
      must(n >= 0x80)
    }
    must(n <= this.bytes.length - this.at)
    const value = this.bytes.subarray(this.at, this.at + n)
    this.at += n
    return { tag, value, whole: this.bytes.subarray(from, this.at) }
  }

  take(tag: number): Uint8Array {
    const item = this.next()
    must(item.tag === tag)
    return item.value
  }

  /** Another item with this tag, if it comes next. */
  maybe(tag: number): Uint8Array | null {
    return this.bytes[this.at] === tag ? this.take(tag) : null
  }

  /** Exactly these bytes come next. */
  is(wanted: string): boolean {
    const n = wanted.length / 2
    if (hex(this.bytes.subarray(this.at, this.at + n)) !== wanted) return false
    this.at += n
    return true
  }

  expect(wanted: string): void {
    must(this.is(wanted))
  }

  in(tag: number): Der {
    return new Der(this.take(tag))
  }

  end(): void {
    must(this.done)
  }

  rest(): Uint8Array {
    const rest = this.bytes.subarray(this.at)
    this.at = this.bytes.length
    return rest
  }

  int(most: number): number {
    const v = this.take(0x02)
    must(v.length > 0 && v.length <= 7 && (v[0] as number) < 0x80)
    must(v.length === 1 || v[0] !== 0 || (v[1] as number) >= 0x80)
    const n = v.reduce((sum, b) => sum * 256 + b, 0)
    must(n <= most)
    return n
  }

  text(): string {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.take(0x0c))
    } catch {
      throw new Damaged()
    }
  }

  bits(): Uint8Array {
    const v = this.take(0x03)
    must(v.length > 0 && v[0] === 0)
    return v.subarray(1)
  }

  /** Milliseconds since 1970. */
  time(): number {
    const item = this.next()
    must(item.tag === 0x17 || item.tag === 0x18)
    const text = String.fromCharCode(...item.value)
    const parts = (item.tag === 0x18 ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/).exec(text)
    if (!parts) throw new Damaged()
    const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [number, number, number, number, number, number]
    const whole = item.tag === 0x18 ? year : year < 50 ? 2000 + year : 1900 + year
    const at = Date.UTC(whole, month - 1, day, hour, minute, second)
    const back = new Date(at)
    must(item.tag === 0x17 || year >= 2050)
    must(back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24 && minute < 60 && second < 60)
    return at
  }
}
