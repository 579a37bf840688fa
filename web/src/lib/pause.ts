// SPDX-License-Identifier: MulanPSL-2.0
// Act once somebody has stopped typing. What waits is dropped with the page it was typed in.
import { onScopeDispose } from 'vue'

export interface Pause {
  /** Wait anew. */
  start: () => void
  stop: () => void
}

export function usePause(act: () => void, span = 300): Pause {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = (): void => clearTimeout(timer)
  onScopeDispose(stop)
  return {
    start() {
      stop()
      timer = setTimeout(act, span)
    },
    stop,
  }
}
