// SPDX-License-Identifier: MulanPSL-2.0
// Words and small judgements about matters that several pages share.
import type { Choice, Clock, Codes, DiagramNode, Matter, Task } from './matterTypes'
import { lastDay } from './format'

export interface Look {
  title: string
  colour: string
  shape: string
}

const states: Record<string, Look> = {
  open: { title: '办理中', colour: 'blue', shape: '●' },
  suspended: { title: '已挂起', colour: 'amber', shape: '◐' },
  closed: { title: '已办结', colour: 'green', shape: '✓' },
  merged: { title: '已合并', colour: '', shape: '○' },
  split: { title: '已拆分', colour: '', shape: '○' },
}
const levels: Record<string, Look> = {
  urgent: { title: '紧急', colour: 'red', shape: '▲' },
  high: { title: '重要', colour: 'amber', shape: '◆' },
  ordinary: { title: '一般', colour: '', shape: '▽' },
}
const steps: Record<string, Look> = {
  open: { title: '正在办理', colour: 'blue', shape: '●' },
  waiting: { title: '等待其他分支', colour: 'amber', shape: '◐' },
  done: { title: '已办', colour: 'green', shape: '✓' },
  sent_back: { title: '已退回', colour: '', shape: '↩' },
  withdrawn: { title: '已撤回', colour: '', shape: '↩' },
  cancelled: { title: '已取消', colour: '', shape: '×' },
}
const plain = (title: string): Look => ({ title, colour: '', shape: '○' })

/** The server's word for it, where it sent one, in the page's colour and shape. */
export const stateLook = (state: string, title?: string): Look => ({ ...(states[state] ?? plain(state)), ...(title ? { title } : {}) })
export const levelLook = (level: string, title?: string): Look => ({ ...(levels[level] ?? plain(level)), ...(title ? { title } : {}) })
export const stepLook = (state: string): Look => steps[state] ?? plain('未到')
export const LEVELS = ['ordinary', 'high', 'urgent'] as const

const DAY = 86_400_000

/** Today in China, where the offices are. */
export const today = (): string => new Date(Date.now() + 8 * 3600_000).toISOString().slice(0, 10)

/** The last day to act in time: as the server says, else from the instant at which it ends. */
export const dueDay = (it: { due?: string | null; due_on?: string | null }): string => it.due_on || (it.due ? lastDay(it.due) : '')

/** Days from today to the last day in time; negative: it has gone by. */
export const daysLeft = (day: string): number => Math.round((Date.parse(day) - Date.parse(today())) / DAY)

/** 还剩 2 个工作日 where the workdays are known; days otherwise. */
export function leftWords(day: string, workdays?: number | null): string {
  const days = daysLeft(day)
  if (days === 0) return '今天到期'
  if (days < 0) return `超期 ${-days} 天`
  if (workdays !== undefined && workdays !== null) return `还剩 ${workdays} 个工作日`
  return `还剩 ${days} 天`
}

/** How a due day looks: late, soon, or still far. */
export function dueLook(day: string): Look {
  const days = daysLeft(day)
  if (days < 0) return { title: '已超期', colour: 'red', shape: '▲' }
  if (days <= 3) return { title: '将到期', colour: 'amber', shape: '◆' }
  return { title: '', colour: '', shape: '' }
}

const isOpenStep = (m: Matter, id: number | null | undefined): boolean => m.steps.some((s) => s.id === id && s.state === 'open')

/** Clocks of open steps, what ends first at the top. */
export const openClocks = (m: Matter): Clock[] =>
  m.clocks
    .filter((c) => c.period && (c.state === 'suspended' || (c.due && (c.state === 'running' || c.state === 'lapsed'))) && isOpenStep(m, c.step))
    .sort((a, b) => ((a.due ?? '9') < (b.due ?? '9') ? -1 : 1))

/** Whose a task is, in words. */
export const ownerWords = (t: Task): string => (t.login ? `${t.organisation_name} ${t.name || t.login}` : `${t.organisation_name}${t.role_title ? ` ${t.role_title}` : ''}（待领办）`)

export const openOwners = (m: Matter): Task[] => m.tasks.filter((t) => t.kind === 'owner' && t.state === 'open')

/* Acts on files and single entries have places of their own on the page. */
const ELSEWHERE = ['file', 'remove_file', 'undo']
const leads = (c: Choice): boolean => c.verb === 'act' && !c.back && !c.blocked
/* What is waited for, when no step can be led on. */
const ANSWERS = ['decide', 'sign', 'answer', 'read_copy', 'resume', 'claim']

/** The one that comes next, and the others: first those of the flow, then what every flow has. */
export function sortChoices(choices: readonly Choice[]): { first: Choice | null; acts: Choice[]; rest: Choice[] } {
  const offered = choices.filter((c) => !ELSEWHERE.includes(c.verb))
  const first = ANSWERS.slice(0, 3).map((v) => offered.find((c) => c.verb === v)).find((c) => c) ?? offered.find(leads) ?? ANSWERS.map((v) => offered.find((c) => c.verb === v)).find((c) => c) ?? null
  const others = offered.filter((c) => c !== first)
  return { first, acts: others.filter((c) => c.verb === 'act'), rest: others.filter((c) => c.verb !== 'act') }
}

export const choiceKey = (c: Choice): string => `${c.verb}:${c.action ?? ''}:${c.task ?? 0}`

/** Is the same still offered? */
export const sameChoice = (m: Matter, c: Choice): Choice | undefined => m.choices.find((o) => choiceKey(o) === choiceKey(c))

export const codesOf = (codes: readonly Codes[], id: string | null | undefined): Codes | undefined => (id ? codes.find((c) => c.codes === id) : undefined)

/** Lines of at most `most` characters for a box of a diagram. */
export function wrapped(text: string, most: number, lines: number): string[] {
  const count = Math.min(lines, Math.ceil(text.length / most))
  const each = Math.ceil(text.length / count)
  const width = text.length > most * lines ? most : each
  const out = Array.from({ length: count }, (_, n) => text.slice(n * width, (n + 1) * width))
  if (text.length > most * lines) out[lines - 1] = out[lines - 1]!.slice(0, most - 1) + '…'
  return out
}

export const nodeKey = (n: Pick<DiagramNode, 'step' | 'outcome'>): string => n.step ?? n.outcome ?? ''
