// SPDX-License-Identifier: MulanPSL-2.0
// The conditions of the list of documents, kept in the address.
import { computed, type ComputedRef } from 'vue'
import { useRoute, useRouter, type LocationQueryRaw } from 'vue-router'
import { BOXES, type Box } from './documents'
import type { DocQuery } from './documentTypes'

export const CONDITIONS = ['text', 'type', 'group', 'state', 'organisation', 'receiver', 'answered', 'flagged', 'assessed', 'matter', 'issued_from', 'issued_to', 'due_from', 'due_to'] as const
export type Condition = (typeof CONDITIONS)[number]
type Key = Condition | 'box' | 'sort' | 'open'

export interface DocConditions {
  box: ComputedRef<Box>
  /** What the list is asked for, without the place in it. */
  query: ComputedRef<DocQuery>
  of: (key: Key) => string
  set: (change: Partial<Record<Key, string>>) => void
  clear: () => void
  any: ComputedRef<boolean>
}

export function useDocConditions(): DocConditions {
  const route = useRoute()
  const router = useRouter()
  const of = (key: string): string => {
    const value = route.query[key]
    return typeof value === 'string' ? value : ''
  }
  /* Without a word for it the first box is meant; a link from a matter or a figure means all. */
  const box = computed<Box>(() => BOXES.find((b) => b.value === of('box'))?.value ?? (CONDITIONS.some((c) => of(c)) ? 'all' : BOXES[0].value))

  /* Another box, or an opened document, is a step one can go back from. */
  function set(change: Partial<Record<string, string>>): void {
    const query: LocationQueryRaw = { ...route.query, ...('box' in change ? {} : { box: box.value }) }
    for (const [key, value] of Object.entries(change)) {
      if (value) query[key] = value
      else delete query[key]
    }
    const stepping = ('open' in change && !of('open')) || 'box' in change
    void (stepping ? router.push({ query }) : router.replace({ query }))
  }

  return {
    box,
    of,
    set,
    clear: () => void router.replace({ query: { box: box.value, ...(of('sort') ? { sort: of('sort') } : {}) } }),
    any: computed(() => CONDITIONS.some((c) => of(c) !== '')),
    query: computed(() => {
      const query: Record<string, string | number> = { box: box.value }
      for (const c of [...CONDITIONS, 'sort' as const]) if (of(c)) query[c] = c === 'organisation' || c === 'receiver' ? Number(of(c)) : of(c)
      return query as DocQuery
    }),
  }
}
