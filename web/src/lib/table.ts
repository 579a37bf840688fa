// SPDX-License-Identifier: MulanPSL-2.0
// What a column of a table is.
export interface TableColumn {
  key: string
  title: string
  /** CSS width; the rest share what is left. */
  width?: string
  align?: 'right'
  /** Value for `sort` when the head is pressed. */
  sort?: string
  /** One line with an ellipsis instead of wrapping. */
  clip?: boolean
  /** On a phone the card shows this one as its head. */
  head?: boolean
  /** Not shown on a phone. */
  wide?: boolean
  /** Only where there is room to spare. */
  roomy?: boolean
}
