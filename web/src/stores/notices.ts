// SPDX-License-Identifier: MulanPSL-2.0
// Short answers to an act: what was done, with a link or an undo.
import { defineStore } from 'pinia'
import { failureOf } from '../api'

export interface Notice {
  id: number
  kind: 'done' | 'failed' | 'plain'
  text: string
  small?: string
  link?: { to: string; text: string }
  undo?: () => void
}

let last = 0
const STAYS = 8000
const UNDO_STAYS = 20_000

export const useNotices = defineStore('notices', {
  /* Held: somebody points at them or has the keyboard in them, so none may vanish. */
  state: () => ({ items: [] as Notice[], held: false }),
  actions: {
    say(text: string, more: Partial<Omit<Notice, 'id' | 'text'>> = {}) {
      const id = ++last
      this.items.push({ id, text, kind: 'done', ...more })
      if (this.items.length > 4) this.items.shift()
      if (more.kind !== 'failed') this.dropLater(id, more.undo ? UNDO_STAYS : STAYS)
    },
    failed(what: string, cause: unknown) {
      const failure = failureOf(cause)
      this.say(`${what}：${failure.message}`, {
        kind: 'failed',
        small: failure.problem.request ? `请求编号 ${failure.problem.request}` : undefined,
      })
    },
    dropLater(id: number, wait: number) {
      setTimeout(() => (this.held ? this.dropLater(id, STAYS) : this.drop(id)), wait)
    },
    drop(id: number) {
      this.items = this.items.filter((n) => n.id !== id)
      /* What vanishes under the pointer never says that the pointer left. */
      if (this.items.length === 0) this.held = false
    },
  },
})
