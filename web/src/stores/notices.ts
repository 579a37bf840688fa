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

export const useNotices = defineStore('notices', {
  state: () => ({ items: [] as Notice[] }),
  actions: {
    say(text: string, more: Partial<Omit<Notice, 'id' | 'text'>> = {}) {
      const id = ++last
      this.items.push({ id, text, kind: 'done', ...more })
      if (this.items.length > 4) this.items.shift()
      if (more.kind !== 'failed') setTimeout(() => this.drop(id), STAYS)
    },
    failed(what: string, cause: unknown) {
      const failure = failureOf(cause)
      this.say(`${what}：${failure.message}`, {
        kind: 'failed',
        small: failure.problem.request ? `请求编号 ${failure.problem.request}` : undefined,
      })
    },
    drop(id: number) {
      this.items = this.items.filter((n) => n.id !== id)
    },
  },
})
