// SPDX-License-Identifier: MulanPSL-2.0
// What is typed into a form, kept for this tab until it is sent: a reload, a conflict or a wrong key loses nothing.
import { reactive, watch } from 'vue'

export interface Kept<T> {
  now: T
  forget: () => void
}

export function useKept<T extends object>(name: () => string, empty: () => T): Kept<T> & { read: () => void } {
  const now = reactive(empty()) as T
  const key = (): string => `lianheng.draft.${name()}`

  function put(what: T): void {
    for (const k of Object.keys(now) as (keyof T)[]) delete now[k]
    Object.assign(now, what)
  }
  function read(): void {
    try {
      put({ ...empty(), ...(JSON.parse(sessionStorage.getItem(key()) ?? '{}') as Partial<T>) })
    } catch {
      put(empty())
    }
  }
  watch(
    () => JSON.stringify(now),
    (text) => {
      try {
        if (text === JSON.stringify(empty())) sessionStorage.removeItem(key())
        else sessionStorage.setItem(key(), text)
      } catch {
        /* The form then lives as long as the page. */
      }
    },
  )
  return {
    now,
    read,
    forget() {
      put(empty())
      try {
        sessionStorage.removeItem(key())
      } catch {
        /* Nothing was kept. */
      }
    },
  }
}
