// SPDX-License-Identifier: MulanPSL-2.0
// Pages of a list by cursor. The way back is remembered, since a cursor only leads onward.
import { computed, ref, type ComputedRef, type Ref } from 'vue'

export const PAGE_SIZE = 50

export interface Pages {
  page: ComputedRef<number>
  cursor: ComputedRef<string>
  turn: (step: -1 | 1, next?: string | null) => void
  first: () => void
}

export function usePages(changed: () => void): Pages {
  const trail: Ref<string[]> = ref([''])
  return {
    page: computed(() => trail.value.length),
    cursor: computed(() => trail.value[trail.value.length - 1] ?? ''),
    turn(step, next) {
      /* Until the page asked for is there, its list still offers the same next one. */
      if (step > 0 ? !next || trail.value.includes(next) : trail.value.length === 1) return
      if (step > 0) trail.value.push(next!)
      else trail.value.pop()
      changed()
    },
    first() {
      trail.value = ['']
    },
  }
}
