// SPDX-License-Identifier: MulanPSL-2.0
// What is typed into the form of a document: sent a moment after the typing stops, kept until it is saved; what another person wrote
// meanwhile is shown instead of being overwritten.
import { computed, onBeforeUnmount, ref, watch, type ComputedRef, type Ref } from 'vue'
import { failureOf } from '../api'
import type { Doc, DocField } from './documentTypes'
import type { Acted } from './documentUse'
import { useKept } from './kept'

export type Row = Record<string, string>
export type FieldValue = string | Row[]

interface Typed {
  values: Record<string, FieldValue>
  /** What stood there when it was typed over. */
  before: Record<string, string>
}

export interface DocForm {
  valueOf: (f: DocField) => string
  rowsOf: (f: DocField) => Row[]
  type: (f: DocField, value: FieldValue) => void
  errorOf: (field: string) => string
  /** Somebody else wrote something else there: his. */
  otherOf: (f: DocField) => string | undefined
  takeOther: (f: DocField) => void
  keepMine: (f: DocField) => void
  state: Ref<'saved' | 'typing' | 'saving' | 'failed' | 'idle'>
  failure: Ref<string>
  flush: () => Promise<boolean>
  waiting: ComputedRef<number>
}

const PAUSE = 800

export const shownRows = (f: DocField): Row[] => (f.rows ?? []).map((r) => Object.fromEntries(r.fields.map((x) => [x.field, x.value])))
const stands = (f: DocField): FieldValue => (f.type === 'list' ? shownRows(f) : f.masked ? '' : f.value)
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

export function useDocForm(doc: () => Doc, fill: (values: Record<string, FieldValue>) => Promise<Acted>): DocForm {
  const kept = useKept<Typed>(
    () => `document.${doc().id}.values`,
    () => ({ values: {}, before: {} }),
  )
  kept.read()
  watch(() => doc().id, kept.read)
  const typed = kept.now
  const state = ref<'saved' | 'typing' | 'saving' | 'failed' | 'idle'>(Object.keys(typed.values ?? {}).length ? 'typing' : 'idle')
  const failure = ref('')
  const errors = ref<Record<string, string>>({})
  let timer: ReturnType<typeof setTimeout> | undefined
  let going: Promise<boolean> | null = null

  const fieldOf = (id: string): DocField | undefined => doc().fields.find((f) => f.field === id)
  const moved = (id: string): boolean => {
    const f = fieldOf(id)
    return !!f && !(id in errors.value) && !same(stands(f), JSON.parse(typed.before[id] ?? 'null'))
  }
  function forget(id: string): void {
    delete typed.values[id]
    delete typed.before[id]
    const { [id]: _gone, ...rest } = errors.value
    errors.value = rest
  }

  function type(f: DocField, value: FieldValue): void {
    if (!(f.field in typed.before)) typed.before[f.field] = JSON.stringify(stands(f))
    typed.values[f.field] = value
    const { [f.field]: _gone, ...rest } = errors.value
    errors.value = rest
    if (same(value, stands(f)) && !going) forget(f.field)
    state.value = 'typing'
    clearTimeout(timer)
    timer = setTimeout(() => void flush(), PAUSE)
  }

  /* What is not in dispute and not refused already. */
  const ready = (): Record<string, FieldValue> => Object.fromEntries(Object.entries(JSON.parse(JSON.stringify(typed.values)) as Record<string, FieldValue>).filter(([id]) => fieldOf(id) && !moved(id) && !errors.value[id]))

  async function send(again = false): Promise<boolean> {
    const mine = ready()
    if (!Object.keys(mine).length) {
      state.value = Object.keys(typed.values).length ? 'failed' : 'saved'
      return !Object.keys(typed.values).length
    }
    state.value = 'saving'
    try {
      await fill(mine)
      for (const [id, value] of Object.entries(mine)) {
        if (same(typed.values[id], value)) forget(id)
        else typed.before[id] = JSON.stringify(stands(fieldOf(id)!))
      }
      failure.value = ''
      state.value = Object.keys(typed.values).length ? 'typing' : 'saved'
      return state.value === 'saved'
    } catch (cause) {
      const f = failureOf(cause)
      const field = /^\/values\/([^/]+)/.exec(f.problem.where ?? '')?.[1]
      if (field && field in mine) {
        errors.value = { ...errors.value, [field]: f.message }
        return send(again)
      }
      /* The page has read the newer state already: what the other did not touch goes again. */
      if ((f.status === 409 || f.status === 412) && !again) return send(true)
      failure.value = f.message
      state.value = 'failed'
      return false
    }
  }
  function flush(): Promise<boolean> {
    clearTimeout(timer)
    going = (going ?? Promise.resolve(true)).then(() => send()).finally(() => (going = null))
    return going
  }
  /* Leaving the page saves what is typed; what does not get through stays for the next time. */
  onBeforeUnmount(() => {
    if (Object.keys(typed.values).length) void flush()
  })

  return {
    valueOf: (f) => (typeof typed.values[f.field] === 'string' ? (typed.values[f.field] as string) : f.masked ? '' : f.value),
    rowsOf: (f) => (Array.isArray(typed.values[f.field]) ? (typed.values[f.field] as Row[]) : shownRows(f)),
    type,
    errorOf: (field) => errors.value[field] ?? '',
    otherOf: (f) => (f.field in typed.values && moved(f.field) && !going ? (f.type === 'list' ? `${shownRows(f).length} 行` : f.value || '（空）') : undefined),
    takeOther: (f) => forget(f.field),
    keepMine(f) {
      typed.before[f.field] = JSON.stringify(stands(f))
      void flush()
    },
    state,
    failure,
    flush,
    waiting: computed(() => Object.keys(typed.values ?? {}).length),
  }
}
