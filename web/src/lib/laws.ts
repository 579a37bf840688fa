// SPDX-License-Identifier: MulanPSL-2.0
// Where the articles are that something rests on. Asked once a session for each, several at a time; while the library is empty not at all.
import { api, type LawLookup } from '../api'

export interface BasisAsk {
  law: string
  article: string
}

const known = new Map<string, LawLookup | null>()
let waiting: { ask: BasisAsk; done: (found: LawLookup | null) => void }[] = []
let empty = 0
const EMPTY_FOR = 60_000
const MOST = 100

const keyOf = (a: BasisAsk): string => `${a.law}\n${a.article}`

/** After laws came in: what was not there may be now. */
export function forgetLaws(): void {
  known.clear()
  empty = 0
}

async function askAll(): Promise<void> {
  const batch = waiting.splice(0, MOST)
  if (waiting.length) setTimeout(() => void askAll())
  let found: (LawLookup | null)[] = []
  try {
    const answer = await api.lawLookup({ items: batch.map((w) => w.ask) })
    if (!answer.loaded) empty = Date.now()
    else found = answer.items
  } catch {
    /* Without the links the page is whole all the same. */
  }
  batch.forEach((w, n) => {
    if (found[n]) known.set(keyOf(w.ask), found[n]!)
    w.done(found[n] ?? null)
  })
}

export function findBasis(ask: BasisAsk): Promise<LawLookup | null> {
  const there = known.get(keyOf(ask))
  if (there !== undefined) return Promise.resolve(there)
  if (Date.now() - empty < EMPTY_FOR) return Promise.resolve(null)
  return new Promise((done) => {
    waiting.push({ ask, done })
    if (waiting.length === 1) setTimeout(() => void askAll())
  })
}

/** The address of an article; of the law when there is none. */
export const lawLink = (law: string, anchor?: string | null): string => `/laws/${law}${anchor ? `#a${anchor}` : ''}`

export const madeWord = (by: string): string => (by === 'amended' ? '修正' : by === 'revised' ? '修订' : '通过')
