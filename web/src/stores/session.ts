// SPDX-License-Identifier: MulanPSL-2.0
// Who is signed in, and what that person may use.
import { defineStore } from 'pinia'
import { api, ApiError, type Session } from '../api'

/* The cookie itself is out of reach here; this mark tells whether asking for a session is worth a request. */
const KEY = 'lianheng.signed-in'
const START = 'lianheng.start'

/** Whoever is signed in begins at the desk. */
export function markStart(): void {
  try {
    localStorage.setItem(START, '1')
  } catch {
    /* It is asked for when the page is there. */
  }
}

function remember(session: Session | null): void {
  try {
    if (session) localStorage.setItem(KEY, '1')
    else localStorage.removeItem(KEY)
    /* Who has no desk any more must not ask for it ahead either. */
    if (!session?.permissions.includes('matter.act')) localStorage.removeItem(START)
  } catch {
    /* Without storage every start asks. */
  }
}

function maybeSignedIn(): boolean {
  try {
    return localStorage.getItem(KEY) === '1'
  } catch {
    return true
  }
}

export const useSession = defineStore('session', {
  state: () => ({ who: null as Session | null, asked: false }),
  getters: {
    /** May the person do one of these somewhere? Without any: whoever is signed in may. */
    may:
      (s) =>
      (...needs: string[]): boolean =>
        needs.length === 0 || needs.some((n) => s.who?.permissions.includes(n) ?? false),
    /** Something has to be done before anything else: a new password, or a second factor. */
    bound: (s): boolean => s.who !== null && (s.who.must_change_password || s.who.must_enrol),
  },
  actions: {
    take(session: Session | null) {
      this.who = session
      this.asked = true
      remember(session)
    },
    /** Ask once whether the cookie still opens a session. */
    async ask() {
      if (this.asked) return
      this.asked = true
      if (!maybeSignedIn()) return
      await this.refresh()
    },
    async refresh() {
      try {
        this.take(await api.sessionGet())
      } catch {
        this.take(null)
      }
    },
    /** False: the password was right, and a code is wanted now. */
    async signIn(login: string, password: string): Promise<boolean> {
      try {
        this.take(await api.sessionCreate({ login, password }))
        return true
      } catch (cause) {
        if (cause instanceof ApiError && cause.problem.code === 'needs_code') return false
        throw cause
      }
    },
    async giveCode(code: string) {
      this.take(await api.sessionCode({ code }))
    },
    async signOut() {
      await api.sessionEnd()
      this.take(null)
    },
  },
})
