// SPDX-License-Identifier: MulanPSL-2.0
// All people, page by page: for questions the list itself cannot be asked.
import { api, type PersonShown } from '../api'

const PAGE = 200
const MOST = 10_000

export async function everybody(organisation?: number, text?: string): Promise<PersonShown[]> {
  const all: PersonShown[] = []
  let cursor: string | undefined
  do {
    const page = await api.personList({ organisation, text, cursor, limit: PAGE })
    all.push(...page.items)
    cursor = page.next ?? undefined
  } while (cursor && all.length < MOST)
  return all
}
