// SPDX-License-Identifier: MulanPSL-2.0
// What each primitive asks for before it is done.
import type { Choice } from './matterTypes'

export interface Wants {
  reason?: boolean
  note?: boolean
  /** A note may be added. */
  maySay?: boolean
  target?: 'step' | 'signer' | 'party' | 'matter' | 'extension' | 'undo'
  targetLabel?: string
  house?: boolean
  /** here: at the task's organisation; there: at the one chosen. */
  person?: 'here' | 'there'
  personLabel?: string
  mustPerson?: boolean
  answers?: { value: string; title: string }[]
  count?: boolean
}

const verbs: Record<string, Wants> = {
  send_back: { reason: true, target: 'step', targetLabel: '退回到哪一步' },
  withdraw: { maySay: true },
  reassign: { person: 'here', personLabel: '转给谁', maySay: true },
  add_signer: { person: 'here', personLabel: '请谁加签', mustPerson: true, maySay: true },
  countersign: { house: true, maySay: true },
  remove_signer: { target: 'signer', targetLabel: '减去谁的', maySay: true },
  sign: { answers: [{ value: 'agree', title: '同意' }, { value: 'disagree', title: '不同意' }], maySay: true },
  urge: { maySay: true },
  suspend: { reason: true, maySay: true },
  resume: { maySay: true },
  extend: { target: 'extension', targetLabel: '哪一种延长', reason: true },
  decide: { answers: [{ value: 'approve', title: '批准' }, { value: 'reject', title: '不批准' }], maySay: true },
  merge: { target: 'matter', targetLabel: '并入哪一件事项', reason: true },
  split: { count: true, reason: true },
  designate: { target: 'party', targetLabel: '改变哪一方', house: true, reason: true },
  raise: { reason: true },
  copy: { house: true, maySay: true },
  supervise: { reason: true, maySay: true },
  answer: { note: true },
  party: { target: 'party', targetLabel: '作为哪一方', house: true, maySay: true },
  link: { target: 'matter', targetLabel: '与哪一件事项有关', maySay: true },
  terminate: { reason: true },
  reopen: { reason: true },
  undo: { target: 'undo', reason: true },
}

/** Verbs whose consequences are shown before they are done. */
export const CHECKED = ['undo', 'terminate', 'merge', 'split', 'send_back', 'withdraw', 'designate', 'raise', 'reopen']

/** Verbs that ask nothing: done with one press. */
export const AT_ONCE = ['claim', 'read_copy']

export function asked(c: Choice): Wants {
  if (c.verb === 'act') return { reason: !!c.reason, maySay: true }
  return verbs[c.verb] ?? { maySay: true }
}
