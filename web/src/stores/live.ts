// SPDX-License-Identifier: MulanPSL-2.0
// Live events from the server: one stream for the whole page, jobs kept here, everything else handed to whoever listens.
import { defineStore } from 'pinia'
import { onScopeDispose } from 'vue'
import { api, isOver, type BatchEvent, type ClueChange, type Job, type RunEvent } from '../api'

/** Somebody begun a matter, acted in it or said something. */
export interface MatterChange {
  id: string
  kind: string
  verb?: string | null
  revision?: number | null
}

/** The same of a document. */
export interface DocumentChange {
  id: string
  matter: string
  kind?: string
  verb?: string | null
  revision?: number | null
}

interface Happenings {
  job: Job
  batch: BatchEvent
  run: RunEvent
  clue: ClueChange
  matter: MatterChange
  document: DocumentChange
  /** The stream was cut and is back: something may have been missed. */
  resync: null
}

type Kind = keyof Happenings
type Listener = (what: never) => void

const listeners = new Map<Kind, Set<Listener>>()
const LONGEST_WAIT = 30_000

function tell<K extends Kind>(kind: K, what: Happenings[K]): void {
  for (const listener of listeners.get(kind) ?? []) (listener as (what: Happenings[K]) => void)(what)
}

/** Listen as long as the calling component lives. */
export function onLive<K extends Kind>(kind: K, act: (what: Happenings[K]) => void): void {
  const set = listeners.get(kind) ?? new Set()
  listeners.set(kind, set)
  set.add(act as Listener)
  onScopeDispose(() => set.delete(act as Listener))
}

let stream: EventSource | null = null
let retry: ReturnType<typeof setTimeout> | undefined
let wait = 1000

export const useLive = defineStore('live', {
  state: () => ({ lost: false, jobs: [] as Job[] }),
  getters: {
    running: (s): Job[] => s.jobs.filter((j) => !isOver(j)),
  },
  actions: {
    open() {
      if (stream) return
      stream = new EventSource('/api/events')
      stream.onopen = () => this.opened()
      stream.onerror = () => this.dropped()
      for (const kind of ['job', 'batch', 'run', 'clue', 'matter', 'document'] as const) {
        stream.addEventListener(kind, (e) => this.heard(kind, (e as MessageEvent<string>).data))
      }
    },
    opened() {
      const again = this.lost
      this.lost = false
      wait = 1000
      void this.loadJobs()
      if (again) tell('resync', null)
    },
    /* The browser reconnects by itself after a cut, but gives up after an error status; then we try again, ever more slowly. */
    dropped() {
      this.lost = true
      if (stream?.readyState !== EventSource.CLOSED) return
      this.close()
      retry = setTimeout(() => this.open(), wait)
      wait = Math.min(wait * 2, LONGEST_WAIT)
    },
    close() {
      clearTimeout(retry)
      stream?.close()
      stream = null
    },
    heard(kind: 'job' | 'batch' | 'run' | 'clue' | 'matter' | 'document', data: string) {
      const what: unknown = JSON.parse(data)
      if (kind === 'job') this.keep(what as Job)
      tell(kind, what as never)
    },
    keep(job: Job) {
      const at = this.jobs.findIndex((j) => j.job === job.job)
      /* The event that ends a job may overtake the reply that began it. */
      if (at >= 0 && isOver(this.jobs[at]!) && !isOver(job)) return
      if (at < 0) this.jobs.unshift(job)
      else this.jobs[at] = job
    },
    async loadJobs() {
      const known = new Set(this.jobs.map((j) => j.job))
      try {
        const { items } = await api.jobList()
        /* Events overtake the list: what ended meanwhile stays ended, what began meanwhile stays. */
        const begun = this.jobs.filter((j) => !known.has(j.job) && !items.some((i) => i.job === j.job))
        this.jobs = [...begun, ...items.map((i) => this.jobs.find((j) => j.job === i.job && isOver(j) && !isOver(i)) ?? i)]
      } catch {
        /* The list is a convenience; the stream brings the next change. */
      }
    },
    async cancel(job: Job) {
      this.keep(await api.jobCancel(job.job))
    },
  },
})
