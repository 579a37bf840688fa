// SPDX-License-Identifier: MulanPSL-2.0
// Loading something for a page: data, whether it is on its way, and what went wrong. Only the latest answer counts.
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { failureOf, type ApiError } from '../api'

export interface Loaded<T> {
  data: ShallowRef<T | null>
  error: ShallowRef<ApiError | null>
  loading: Ref<boolean>
  /** Quiet: keep what is shown until the answer is there, and keep it when the request fails. */
  load: (quiet?: boolean) => Promise<void>
}

export function useLoad<T>(ask: () => Promise<T>): Loaded<T> {
  const data = shallowRef<T | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const loading = ref(false)
  let latest = 0

  async function load(quiet = false): Promise<void> {
    const mine = ++latest
    /* Overtaking one that people wait for, a quiet one takes over its duty to say what went wrong. */
    const silent = quiet && !loading.value
    if (!silent) {
      loading.value = true
      error.value = null
    }
    try {
      const answer = await ask()
      if (mine !== latest) return
      data.value = answer
      error.value = null
    } catch (cause) {
      if (mine !== latest || silent) return
      error.value = failureOf(cause)
    } finally {
      if (mine === latest) loading.value = false
    }
  }
  return { data, error, loading, load }
}

/** Call `act` at most once per `span` milliseconds, the last call always counting. */
export function throttled(act: () => void, span: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return () => {
    if (timer) return
    timer = setTimeout(() => {
      timer = undefined
      act()
    }, span)
  }
}
