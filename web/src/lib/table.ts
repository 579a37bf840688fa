// SPDX-License-Identifier: MulanPSL-2.0
// What a column of a table is.
export interface TableColumn {
  key: string
  title: string
  /** In rem; columns without one share what is left. */
  width?: string
  align?: 'right'
  /** Value for `sort` when the head is pressed. */
  sort?: string
  /** One line with an ellipsis instead of wrapping. */
  clip?: boolean
  /** On a phone the card shows this one as its head. */
  head?: boolean
  /** Left out where the table gets narrow, and on cards. */
  wide?: boolean
  /** The first to be left out, and left out on cards. */
  roomy?: boolean
  /** The last to be left out of a narrow table; cards have it. */
  spare?: boolean
}

export interface Fit {
  columns: TableColumn[]
  /** Too narrow even for the least columns: each row becomes a card. */
  cards: boolean
}

const FLEXIBLE = 14 // rem a column without a width needs at least
const PICK = 44 // px of the column of ticks

/** The columns that fit into so many pixels; the dispensable ones go first. */
export function fit(columns: TableColumn[], pixels: number, rem: number, ticks: boolean): Fit {
  const takes = (list: TableColumn[]): number => list.reduce((sum, c) => sum + (c.width ? parseFloat(c.width) : FLEXIBLE), 0) * rem + (ticks ? PICK : 0)
  const usual = columns.filter((c) => !c.roomy)
  const least = usual.filter((c) => !c.wide)
  const bare = least.filter((c) => !c.spare)
  for (const list of [columns, usual, least, bare]) if (takes(list) <= pixels) return { columns: list, cards: false }
  return { columns: least, cards: true }
}
