// SPDX-License-Identifier: MulanPSL-2.0
// The menu in two levels. Only what exists stands here.
import type { IconName } from './icons'

export interface Entry {
  to: string
  title: string
  /** Pinyin initials, for finding the page by typing them. */
  initials: string
  icon: IconName
  below?: Entry[]
}

export const menu: Entry[] = [
  { to: '/', title: '总览', initials: 'zl', icon: 'overview' },
  { to: '/clues', title: '线索', initials: 'xs', icon: 'clue' },
  {
    to: '/pool',
    title: '数据资源池',
    initials: 'sjzyc',
    icon: 'pool',
    below: [
      { to: '/pool', title: '数据集', initials: 'sjj', icon: 'table' },
      { to: '/batches', title: '批次', initials: 'pc', icon: 'file' },
      { to: '/import', title: '导入', initials: 'dr', icon: 'upload' },
    ],
  },
  { to: '/models', title: '监督模型', initials: 'jdmx', icon: 'model' },
]

export const pages: Entry[] = menu.flatMap((entry) => (entry.below ? [{ ...entry, below: undefined }, ...entry.below.filter((b) => b.to !== entry.to)] : [entry]))
