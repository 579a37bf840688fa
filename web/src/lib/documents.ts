// SPDX-License-Identifier: MulanPSL-2.0
// Words and small judgements about documents that several pages share.
import type { Doc, DocChoice, DocRow } from './documentTypes'
import type { Look } from './matters'

const states: Record<string, Look> = {
  draft: { title: '拟稿', colour: 'blue', shape: '●' },
  approving: { title: '审批中', colour: 'amber', shape: '◐' },
  approved: { title: '待编号', colour: 'blue', shape: '◆' },
  numbered: { title: '待签章', colour: 'blue', shape: '◆' },
  issued: { title: '待送达', colour: 'blue', shape: '◆' },
  served: { title: '已发出', colour: 'green', shape: '✓' },
  recalled: { title: '已撤回', colour: '', shape: '↩' },
  void: { title: '已作废', colour: '', shape: '×' },
}
const rungs: Record<string, Look> = {
  waiting: { title: '未到', colour: '', shape: '○' },
  open: { title: '等待审批', colour: 'amber', shape: '◐' },
  agreed: { title: '同意', colour: 'green', shape: '✓' },
  returned: { title: '退回', colour: 'red', shape: '↩' },
  cancelled: { title: '取消', colour: '', shape: '×' },
}
const services: Record<string, Look> = {
  sent: { title: '已发出', colour: 'blue', shape: '●' },
  opened: { title: '已打开', colour: 'amber', shape: '◐' },
  signed: { title: '已签收', colour: 'green', shape: '✓' },
  refused: { title: '拒收', colour: 'red', shape: '▲' },
  returned: { title: '退回', colour: 'red', shape: '↩' },
  recalled: { title: '已撤回', colour: '', shape: '↩' },
}
const look = (table: Record<string, Look>, state: string, title?: string): Look => ({ ...(table[state] ?? { title: state, colour: '', shape: '○' }), ...(title ? { title } : {}) })

export const docLook = (state: string, title?: string): Look => look(states, state, title)
export const rungLook = (state: string, title?: string): Look => look(rungs, state, title)
export const serviceLook = (state: string, title?: string): Look => look(services, state, title)

/** What a document is called: its kind; what it is about stands beside it. */
export const docName = (d: Pick<DocRow, 'type_title'>): string => d.type_title
export const docAbout = (d: Pick<DocRow, 'title' | 'type_title'>): string => (d.title && d.title !== d.type_title ? d.title : '')

/** The pattern of a number as it will look. */
export const numberSample = (pattern: string): string => pattern.replace('{organisation}', '××').replace('{year}', String(new Date().getFullYear())).replace('{serial}', '1')

export const BOXES = [
  { value: 'todo', title: '待我处理', help: '要由自己修改、审批、编号、签章、送达或者签收的文书在这里，办完就离开。' },
  { value: 'draft', title: '拟稿', help: '本单位正在起草、审批、编号和签章的文书在这里。起草从一件事项里开始：打开事项，在“文书”里选一种。' },
  { value: 'out', title: '发文', help: '本单位已经发出的文书在这里，能看到每个收文单位什么时候收到、签收。' },
  { value: 'in', title: '收文', help: '其他单位送达本单位的文书在这里，签收以后期限才开始计算。' },
  { value: 'copy', title: '抄送', help: '抄送本单位的文书在这里。' },
  { value: 'all', title: '全部', help: '本单位发出的、收到的和抄送的文书都在这里。文书从事项里起草：打开一件事项，在“文书”里选一种。' },
] as const
export type Box = (typeof BOXES)[number]['value']

/* Done where the text is, not by a button. */
const ELSEWHERE = ['fill', 'edit', 'restore', 'draft']
/* What others do with what came to them. */
const RECEIVED = ['sign_for', 'read_copy']
const LEADS = ['agree', 'submit', 'number', 'sign', 'serve', 'issue', 'assess']

/** The one that comes next, and the others. What belongs to one receiver stands beside that receiver. */
export function sortDocChoices(d: Pick<Doc, 'choices' | 'state'>): { first: DocChoice | null; rest: DocChoice[] } {
  const offered = d.choices.filter((c) => !ELSEWHERE.includes(c.verb))
  const order = [...RECEIVED, ...LEADS]
  /* Sent already, it can go to others too; but that is not what comes next. */
  const next = order.filter((v) => v !== 'serve' || d.state !== 'served')
  const first = next.map((v) => offered.find((c) => c.verb === v && !c.blocked)).find((c) => c) ?? null
  return { first, rest: offered.filter((c) => c !== first && !(c.service && c.verb === 'receipt')) }
}

export const docChoiceKey = (c: DocChoice): string => `${c.verb}:${c.service ?? 0}:${c.organisation ?? 0}:${c.kind ?? ''}`
export const docMay = (d: Pick<Doc, 'choices'>, verb: string): DocChoice | undefined => d.choices.find((c) => c.verb === verb && !c.blocked)

/** Words for where a value came from. */
export function originWords(f: { origin?: string | null; origin_title?: string | null }): string {
  if (!f.origin) return '还没有填写'
  if (f.origin === 'typed') return '在这里填写'
  return `取自${f.origin_title || f.origin}`
}

/** The element of a field in the form: `advice.text` stands inside `advice`. */
export const fieldId = (field: string): string => `field-${field.split('.')[0]}`
