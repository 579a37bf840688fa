// SPDX-License-Identifier: MulanPSL-2.0
// The conditions of the clue list, kept in the address so that a link shows the same list to a colleague.
import { computed, type ComputedRef } from 'vue'
import { useRoute, useRouter, type LocationQueryRaw } from 'vue-router'
import type { ClueQuery } from '../api'

export const CONDITIONS = ['text', 'model', 'level', 'status', 'strength', 'from', 'to', 'subject', 'life', 'source', 'outcome', 'mine'] as const
export type Condition = (typeof CONDITIONS)[number]

export interface ClueConditions {
  /** Conditions and order, without the place in the list. */
  query: ComputedRef<ClueQuery>
  of: (condition: Condition | 'sort' | 'open') => string
  set: (change: Partial<Record<Condition | 'sort' | 'open', string>>) => void
  clear: () => void
  any: ComputedRef<boolean>
}

export function useClueConditions(): ClueConditions {
  const route = useRoute()
  const router = useRouter()

  function of(key: string): string {
    const value = route.query[key]
    return typeof value === 'string' ? value : ''
  }

  /* Opening a clue is a step one can go back from; narrowing the list is not. */
  function set(change: Partial<Record<string, string>>): void {
    const query: LocationQueryRaw = { ...route.query }
    for (const [key, value] of Object.entries(change)) {
      if (value) query[key] = value
      else delete query[key]
    }
    const opening = 'open' in change && !of('open')
    void (opening ? router.push({ query }) : router.replace({ query }))
  }

  return {
    of,
    set,
    clear: () => void router.replace({ query: of('sort') ? { sort: of('sort') } : {} }),
    any: computed(() => CONDITIONS.some((c) => of(c) !== '')),
    query: computed(() => {
      const query: Record<string, string> = {}
      for (const c of [...CONDITIONS, 'sort' as const]) if (of(c)) query[c] = of(c)
      return query
    }),
  }
}
