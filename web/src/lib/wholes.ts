// SPDX-License-Identifier: MulanPSL-2.0
// Matters with what stands in them, and with their parts: meetings and resolutions, campaigns and units.
import type { api } from '../api'
import { minute, NOTHING, number, yuan } from './format'
import type { FlowItem } from './matterTypes'

type Answer<F extends (...a: never[]) => Promise<unknown>> = Awaited<ReturnType<F>>
export type Whole = Answer<typeof api.matterContents>['items'][number]
export type PartCount = Whole['parts'][number]
export type Value = Whole['values'][number]

/** Flows say in content which page shows them. */
export const flowsOf = (flows: readonly FlowItem[] | undefined, page: string): FlowItem[] => (flows ?? []).filter((f) => f.page === page)

const NUMBERS = ['integer', 'number', 'money']
export const isNumber = (v: { type: string }): boolean => NUMBERS.includes(v.type)

/** A value as people read it. */
export function valueWords(v: { type: string; value: string; unit?: string | null }): string {
  if (!v.value) return NOTHING
  if (v.type === 'money') return yuan(v.value)
  if (v.type === 'time') return minute(v.value)
  if (NUMBERS.includes(v.type)) return number(v.value) + (v.unit ?? '')
  return v.unit ? `${v.value} ${v.unit}` : v.value.replaceAll(';', '、')
}

export const named = (w: Whole): string => w.name || w.matter.title || w.matter.flow_title

/** Whose it is: who takes part besides the house that gave it out. */
export function houses(w: Whole): string {
  const others = w.parties.filter((p) => p.organisation !== w.matter.organisation)
  return [...new Set((others.length ? others : w.parties).map((p) => p.organisation_name))].join('、')
}

export const isOver = (w: Whole): boolean => !['open', 'suspended'].includes(w.matter.state)

/** Late ones first, then what ends first, then what has no end, then what is over. */
export function byUrgency(a: Whole, b: Whole): number {
  const rank = (w: Whole): string => (isOver(w) ? `9${w.matter.number}` : w.matter.lapsed ? `0${w.matter.due ?? ''}` : `1${w.matter.due || '9'}`)
  return rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0
}

/** The numbers that forms of these matters hold: one column each, in the flow's order. */
export function numbersOf(list: readonly Whole[]): { field: string; title: string }[] {
  const out: { field: string; title: string }[] = []
  for (const w of list) for (const v of w.values) if (isNumber(v) && !out.some((o) => o.field === v.field)) out.push({ field: v.field, title: v.title })
  return out
}

export const valueOf = (w: Whole, field: string): number | null => {
  const v = w.values.find((x) => x.field === field)
  return v && v.value !== '' && Number.isFinite(Number(v.value)) ? Number(v.value) : null
}

export const sum = (list: readonly Whole[], field: string): number => list.reduce((s, w) => s + (valueOf(w, field) ?? 0), 0)

/** How many parts of a whole, over the flows that are its parts. */
export function partCount(w: Whole, flows: readonly string[]): { count: number; open: number; lapsed: number; query: Record<string, string> | null } {
  const mine = w.parts.filter((p) => flows.includes(p.flow))
  const add = (key: 'count' | 'open' | 'lapsed'): number => mine.reduce((s, p) => s + p[key], 0)
  return { count: add('count'), open: add('open'), lapsed: add('lapsed'), query: mine.length === 1 ? mine[0]!.query : null }
}
