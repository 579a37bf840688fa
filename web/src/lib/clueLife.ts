// SPDX-License-Identifier: MulanPSL-2.0
// Words of the life of clues that several pages share.
import type { api } from '../api'

export type ClueLifeShown = Awaited<ReturnType<typeof api.clueLife>>
export type ClueMatterShown = ClueLifeShown['matters'][number]

/** Stages in the order in which a clue passes through them; the pool shows the open ones. */
export const STAGES = [
  { value: 'new', title: '待研判', help: '刚来的线索在这里，由案件管理人员研判分流。' },
  { value: 'triaged', title: '待交办', help: '已经研判、还没有交给人的线索在这里，按规则或者指定人员交办。' },
  { value: 'standby', title: '备用', help: '暂不使用的线索在这里，到期自动回到待研判。' },
  { value: 'assigned', title: '待签收', help: '已经交办、还没有人签收的线索在这里。' },
  { value: 'verifying', title: '核查中', help: '有人正在核查的线索在这里。' },
  { value: 'handling', title: '已转事项', help: '由线索发起的事项还没有办结的在这里。' },
  { value: 'concluded', title: '待办结', help: '已经有了结论、等待办结的线索在这里。' },
] as const

const more: Record<string, string> = { closed: '已办结', merged: '已并入其他线索', open: '办理中的' }
const outcomes: Record<string, string> = { verified: '属实', wrong: '不属实', filed: '成案', withdrawn: '依据已消失' }

export const lifeTitle = (life: string): string => STAGES.find((s) => s.value === life)?.title ?? more[life] ?? life
export const outcomeTitle = (outcome: string): string => outcomes[outcome] ?? outcome
