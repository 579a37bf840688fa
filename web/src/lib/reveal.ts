// SPDX-License-Identifier: MulanPSL-2.0
// Clear values on the page for a limited time: when it is over they are gone, here and from memory.
import { computed, onScopeDispose, ref, shallowRef, type ComputedRef } from 'vue'
import type { api, Reveal } from '../api'

export interface Revealed {
  /** Seconds left; 0: everything is masked. */
  left: ComputedRef<number>
  valueOf: (dataset: string, row: string, field: string) => string | undefined
  /** Everything revealed, for a list beside the page. */
  rows: ComputedRef<Reveal['rows']>
  take: (r: Reveal) => void
  hide: () => void
}

export function useReveal(): Revealed {
  const shown = shallowRef<Reveal | null>(null)
  const until = ref(0)
  const now = ref(0)
  let timer: ReturnType<typeof setInterval> | undefined

  function hide(): void {
    clearInterval(timer)
    shown.value = null
    until.value = 0
  }
  onScopeDispose(hide)
  return {
    left: computed(() => (shown.value ? Math.max(0, Math.ceil((until.value - now.value) / 1000)) : 0)),
    rows: computed(() => shown.value?.rows ?? []),
    valueOf: (dataset, row, field) => shown.value?.rows.find((r) => r.dataset === dataset && r.row === row)?.fields.find((f) => f.field === field)?.value,
    take(r) {
      hide()
      shown.value = r
      now.value = Date.now()
      until.value = now.value + r.seconds * 1000
      timer = setInterval(() => {
        now.value = Date.now()
        if (now.value >= until.value) hide()
      }, 500)
    },
    hide,
  }
}

export const MATTER = 'matter'
export const DOCUMENT = 'document'

/** A matter is one row: its fields, and the places where its other texts stand (title, notes/3/note, messages/2). */
export function ofMatter(id: string, r: Awaited<ReturnType<typeof api.matterReveal>>): Reveal {
  const fields = r.items.map((i) => ({ field: i.field, title: i.title, value: i.value }))
  return { reference: r.reference, at: r.at, seconds: r.seconds, own: r.own, approval: r.approval, rows: [{ dataset: MATTER, title: '事项', row: id, fields }] }
}

/** A document is one row too: its fields, and its paragraphs (blocks/12). */
export function ofDocument(id: string, r: Awaited<ReturnType<typeof api.documentReveal>>): Reveal {
  const fields = r.items.map((i) => ({ field: i.field, title: i.title, value: i.value }))
  return { reference: r.reference, at: r.at, seconds: r.seconds, own: r.own, approval: r.approval, rows: [{ dataset: DOCUMENT, title: '文书', row: id, fields }] }
}
