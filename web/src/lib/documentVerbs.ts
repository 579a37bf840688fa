// SPDX-License-Identifier: MulanPSL-2.0
// What each act on a document asks for, and what is said before it is done.
import type { Doc, DocChoice } from './documentTypes'

export interface DocWants {
  /** A word about it: may or must be there. */
  note?: 'may' | 'must'
  noteTitle?: string
  password?: boolean
  receivers?: boolean
  receipt?: boolean
  assessment?: boolean
  /** What follows, before it is done. */
  then: string[]
}

/** Asked for nothing and taken back easily: done with one press. */
export const AT_ONCE = ['submit', 'take_back', 'read_copy']

const many = (names: readonly { name: string }[]): string => names.map((n) => n.name).join('、')

const wants: Record<string, (d: Doc, c: DocChoice) => DocWants> = {
  agree: () => ({ note: 'may', then: [] }),
  return: () => ({ note: 'must', noteTitle: '退回的理由', then: ['拟稿人可以修改后重新送审，已经审批的要重新审批。'] }),
  number: () => ({ then: ['正文和附件从此固定，不能再改；有错只能作废后重写。', '文号按本单位、文种和年份连续编排，给出以后不收回。'] }),
  sign: (d, c) => ({
    password: true,
    then: [c.kind === 'organisation' ? `用${c.organisation_name ?? d.organisation_name}的电子印章签在这份文书的每一个字节上，改动一个字节就会被发现。` : '用本人的电子签名签在这份文书的每一个字节上，改动一个字节就会被发现。'],
  }),
  issue: () => ({ note: 'may', then: ['不用电子印章：请把版面打印出来，在纸上盖章。', '从此可以送达。'] }),
  serve: () => ({ receivers: true, then: [] }),
  sign_for: () => ({ note: 'may', then: ['签收以后，法律规定的期限从今天起计算，发文单位立即看到。'] }),
  refuse: () => ({ note: 'must', noteTitle: '拒收的理由', then: ['发文单位立即看到拒收和理由，可以改用别的方式送达。'] }),
  receipt: () => ({ receipt: true, note: 'may', then: ['登记以后期限按送达的日期计算。'] }),
  recall: () => ({ note: 'must', noteTitle: '撤回的理由', then: ['还没有签收的单位不再看到正文，只看到这份文书已经撤回；签收过的会收到撤回的通知。', '文号不收回。'] }),
  void: () => ({ note: 'must', noteTitle: '作废的理由', then: ['作废以后不能恢复，文号不收回。'] }),
  assess: () => ({ assessment: true, note: 'may', then: [] }),
}

/** `needs` of the choice is the server's word: what it wants besides is asked for too. */
export function docAsked(d: Doc, c: DocChoice): DocWants {
  const w = wants[c.verb]?.(d, c) ?? { note: 'may' as const, then: [] }
  const needs = c.needs ?? []
  return {
    ...w,
    note: needs.includes('note') || needs.includes('reason') ? 'must' : w.note,
    password: w.password || needs.includes('password'),
    receivers: w.receivers || needs.includes('receivers'),
    receipt: w.receipt || needs.includes('day'),
    assessment: w.assessment || needs.includes('assessment'),
    then: [...(c.help ? [c.help] : []), ...w.then],
  }
}

export interface Receiver {
  organisation: number
  name: string
  address: string
  kind: 'to' | 'copy'
  method: string
  on: boolean
}

/** Whom the kind of document names, ready to be served inside the system. */
export function firstReceivers(d: Doc): Receiver[] {
  const served = new Set(d.services.filter((s) => !['refused', 'returned', 'recalled'].includes(s.state)).map((s) => s.organisation))
  const one = (kind: 'to' | 'copy') => (h: { organisation: number; name: string }): Receiver => ({ organisation: h.organisation, name: h.name, address: '', kind, method: '', on: !served.has(h.organisation) })
  return [...d.to.map(one('to')), ...d.copies.map(one('copy'))]
}

/** What serving will do, in sentences. */
export function serveWords(receivers: readonly Receiver[]): string[] {
  const on = receivers.filter((r) => r.on && r.name)
  const inside = on.filter((r) => r.organisation && !r.method)
  const outside = on.filter((r) => !r.organisation || r.method)
  const to = inside.filter((r) => r.kind === 'to')
  const copies = inside.filter((r) => r.kind === 'copy')
  return [
    ...(to.length ? [`这份文书离开本单位：${many(to)}立即收到，签收以后期限开始计算。`] : []),
    ...(copies.length ? [`抄送${many(copies)}。`] : []),
    ...(outside.length ? [`${many(outside)}不在系统里收文：请打印后送达，再登记送达结果、上传回证。`] : []),
  ]
}
