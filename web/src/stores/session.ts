// SPDX-License-Identifier: MulanPSL-2.0
// Who is signed in.
import { defineStore } from 'pinia'
import { api, type Session } from '../api'

/* The cookie itself is out of reach here; this mark tells whether asking for a session is worth a request. */
const KEY = 'lianheng.signed-in'

function remember(signedIn: boolean): void {
  try {
    if (signedIn) localStorage.setItem(KEY, '1')
    else localStorage.removeItem(KEY)
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
  actions: {
    take(session: Session | null) {
      this.who = session
      this.asked = true
      remember(session !== null)
    },
    /** Ask once whether the cookie still opens a session. */
    async ask() {
      if (this.asked) return
      this.asked = true
      if (!maybeSignedIn()) return
      try {
        this.take(await api.sessionGet())
      } catch {
        this.take(null)
      }
    },
    async signIn(login: string, password: string) {
      this.take(await api.sessionCreate({ login, password }))
    },
    async signOut() {
      await api.sessionEnd()
      this.take(null)
    },
    passwordChanged() {
      if (this.who) this.who.must_change_password = false
    },
  },
})
