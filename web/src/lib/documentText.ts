// SPDX-License-Identifier: MulanPSL-2.0
// The text of a document in runs: what was filled in, what is marked in it.
import type { DocSpan } from './documentTypes'

export interface Piece {
  text: string
  face?: string | null
  field?: string | null
  lit: boolean
}

/** The spans, cut where something marked begins and ends; places count characters, not units of UTF-16. */
export function pieces(spans: readonly DocSpan[], lit?: { from: number; to: number } | null): Piece[] {
  const out: Piece[] = []
  let at = 0
  for (const span of spans) {
    const letters = Array.from(span.text)
    const cuts = lit && lit.to > lit.from ? [lit.from - at, lit.to - at] : []
    const marks = [0, ...cuts.map((c) => Math.min(Math.max(c, 0), letters.length)), letters.length]
    for (let n = 0; n + 1 < marks.length; n++) {
      const text = letters.slice(marks[n], marks[n + 1]).join('')
      if (text) out.push({ text, face: span.face, field: span.field, lit: n === 1 && marks.length === 4 })
    }
    at += letters.length
  }
  return out
}

const classes: Record<string, string> = {
  发文机关标志: 'mark-line',
  发文字号: 'number-line',
  签发人: 'number-line',
  标题: 'title-line',
  主送机关: 'flush',
  一级标题: 'level-1',
  二级标题: 'level-2',
  三级标题: 'level-3',
  署名: 'right-line',
  成文日期: 'right-line',
  附件标识: 'flush black',
  抄送机关: 'small-line',
  印发机关和印发日期: 'small-line',
  份号: 'flush',
  密级和保密期限: 'flush black',
  紧急程度: 'flush black',
}
/** How a block of this kind stands on the page. */
export const blockClass = (kindTitle: string): string => classes[kindTitle] ?? ''

/** The text of a paragraph after a suggestion took the place of what was found. */
export function replaced(text: string, from: number, to: number, by: string): string {
  const letters = Array.from(text)
  return letters.slice(0, from).join('') + by + letters.slice(to).join('')
}
