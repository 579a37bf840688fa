// SPDX-License-Identifier: MulanPSL-2.0
// The conditions of the list of matters, kept in the address so that a link shows the same list to a colleague.
import { computed, type ComputedRef } from 'vue'
import { useRoute, useRouter, type LocationQueryRaw } from 'vue-router'
import type { api } from '../api'

export type MatterConditions = NonNullable<Parameters<typeof api.matterList>[0]>

/* Days at both ends of a span: begun, ended, with a period that ends then. */
export const DAYS = ['opened_from', 'opened_to', 'closed_from', 'closed_to', 'due_from', 'due_to'] as const
export const CONDITIONS = ['text', 'flow', 'state', 'outcome', 'level', 'step', 'due', 'mine', 'organisation', 'party', 'case_number', 'subject', ...DAYS, 'in_time'] as const
export type Condition = (typeof CONDITIONS)[number]
type Key = Condition | 'sort' | 'open' | 'view' | 'month'

export interface Conditions {
  query: ComputedRef<MatterConditions>
  of: (key: Key) => string
  set: (change: Partial<Record<Key, string>>) => void
  clear: () => void
  any: ComputedRef<boolean>
}

export function useMatterConditions(): Conditions {
  const route = useRoute()
  const router = useRouter()
  const of = (key: string): string => {
    const value = route.query[key]
    return typeof value === 'string' ? value : ''
  }

  /* Opening a matter, or another view, is a step one can go back from; narrowing the list is not. */
  function set(change: Partial<Record<string, string>>): void {
    const query: LocationQueryRaw = { ...route.query }
    for (const [key, value] of Object.entries(change)) {
      if (value) query[key] = value
      else delete query[key]
    }
    const stepping = ('open' in change && !of('open')) || 'view' in change
    void (stepping ? router.push({ query }) : router.replace({ query }))
  }

  return {
    of,
    set,
    clear: () => {
      const query: LocationQueryRaw = {}
      for (const key of ['sort', 'view', 'month']) if (of(key)) query[key] = of(key)
      void router.replace({ query })
    },
    any: computed(() => CONDITIONS.some((c) => of(c) !== '')),
    query: computed(() => {
      const query: Record<string, string | number> = {}
      for (const c of [...CONDITIONS, 'sort' as const]) if (of(c)) query[c] = c === 'organisation' ? Number(of(c)) : of(c)
      return query as MatterConditions
    }),
  }
}
