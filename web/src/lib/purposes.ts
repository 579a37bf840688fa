// SPDX-License-Identifier: MulanPSL-2.0
// The purposes for which sensitive values may be seen, and what has to be approved: asked once, they are content.
import { computed, shallowRef, type ComputedRef } from 'vue'
import { api, type PurposeList } from '../api'

const list = shallowRef<PurposeList | null>(null)
let going: Promise<void> | undefined

export interface Purposes {
  list: typeof list
  choices: ComputedRef<{ value: string; title: string }[]>
  load: () => Promise<void>
}

export function usePurposes(): Purposes {
  return {
    list,
    choices: computed(() => (list.value?.purposes ?? []).map((p) => ({ value: p.purpose, title: p.title }))),
    load() {
      going ??= api
        .purposeList()
        .then((l) => void (list.value = l))
        .catch(() => void (going = undefined))
      return going
    },
  }
}

/* What one typed last is most likely right again: for this window only, and never the reason. */
const KEY = 'lianheng.purpose'
export function lastPurpose(): { purpose: string; case_number: string } {
  try {
    return { purpose: '', case_number: '', ...(JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as object) }
  } catch {
    return { purpose: '', case_number: '' }
  }
}
export function keepPurpose(purpose: string, case_number: string): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ purpose, case_number }))
  } catch {
    /* Then it is typed again. */
  }
}
