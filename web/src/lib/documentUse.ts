// SPDX-License-Identifier: MulanPSL-2.0
// One document on a page: read, kept fresh while others act, and acted on; a conflict is told and nothing typed is lost.
import { onMounted, ref, watch, type Ref } from 'vue'
import { api, failureOf, once, type ApiError } from '../api'
import { onLive } from '../stores/live'
import type { Doc, DocActBody } from './documentTypes'
import { throttled, useLoad, type Loaded } from './load'

export type Acted = Awaited<ReturnType<typeof api.documentAct>>

export interface OpenDocument extends Loaded<Doc> {
  /** Grows with each change somebody made: what else was asked for is asked again. */
  turn: Ref<number>
  act: (body: Omit<DocActBody, 'revision'>, options?: { any?: boolean }) => Promise<Acted>
}

export function useDocument(id: () => string, loaded?: (d: Doc) => void): OpenDocument {
  const it = useLoad(() => api.documentGet(id()))
  const turn = ref(0)
  const read = async (quiet = false): Promise<void> => {
    const before = it.data.value?.revision
    await it.load(quiet)
    if (!it.data.value) return
    if (it.data.value.revision !== before) turn.value++
    loaded?.(it.data.value)
  }
  const later = throttled(() => void read(true), 200)
  onMounted(() => void read())
  watch(id, () => void read())
  onLive('document', (what) => what.id === id() && later())
  onLive('matter', (what) => what.id === it.data.value?.matter && later())
  onLive('resync', () => void read(true))

  return {
    ...it,
    turn,
    load: read,
    async act(body, options) {
      const before = it.data.value
      try {
        const done = await api.documentAct(id(), { ...body, revision: options?.any ? undefined : before?.revision }, once())
        await read(true)
        return done
      } catch (cause) {
        if (isStale(failureOf(cause))) await read(true)
        throw cause
      }
    },
  }
}

/** Somebody acted meanwhile. */
export const isStale = (e: ApiError): boolean => e.status === 412 || e.status === 409
