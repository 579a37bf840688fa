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
      if (step > 0 && next) trail.value.push(next)
      else if (step < 0 && trail.value.length > 1) trail.value.pop()
      changed()
    },
    first() {
      trail.value = ['']
    },
  }
}
