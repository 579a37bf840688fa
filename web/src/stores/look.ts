// SPDX-License-Identifier: MulanPSL-2.0
// Light or dark, normal or large type, menu folded: kept in the browser, applied to <html>.
import { defineStore } from 'pinia'

export type Mode = 'light' | 'dark' | 'system'
const KEY = 'lianheng.look'

interface Look {
  mode: Mode
  large: boolean
  folded: boolean
}

function stored(): Look {
  const plain: Look = { mode: 'system', large: false, folded: false }
  try {
    return { ...plain, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Look>) }
  } catch {
    return plain
  }
}

const systemDark = window.matchMedia('(prefers-color-scheme: dark)')

export const useLook = defineStore('look', {
  state: () => ({ ...stored(), systemIsDark: systemDark.matches }),
  getters: {
    dark: (s): boolean => s.mode === 'dark' || (s.mode === 'system' && s.systemIsDark),
  },
  actions: {
    apply() {
      const root = document.documentElement
      root.classList.toggle('dark', this.dark)
      root.classList.toggle('large', this.large)
      try {
        localStorage.setItem(KEY, JSON.stringify({ mode: this.mode, large: this.large, folded: this.folded }))
      } catch {
        /* Private windows may refuse storage; the look then lasts for this page. */
      }
    },
    watchSystem() {
      systemDark.addEventListener('change', (e) => {
        this.systemIsDark = e.matches
        this.apply()
      })
    },
    set(change: Partial<Look>) {
      Object.assign(this, change)
      this.apply()
    },
  },
})
