// SPDX-License-Identifier: MulanPSL-2.0
// The menu in two levels: only what exists stands here, and of that only what the person may use is shown.
import type { IconName } from './icons'

export interface Entry {
  to: string
  title: string
  /** Pinyin initials, for finding the page by typing them. */
  initials: string
  icon: IconName
  /** Permissions of which one is enough. */
  needs: string[]
  below?: Entry[]
}

const menu: Entry[] = [
  { to: '/desk', title: '工作台', initials: 'gzt', icon: 'tasks', needs: ['matter.act'] },
  { to: '/overview', title: '总览', initials: 'zl', icon: 'overview', needs: ['overview.read'] },
  {
    to: '/clues',
    title: '线索',
    initials: 'xs',
    icon: 'clue',
    needs: ['clue.read'],
    below: [
      { to: '/clues', title: '全部线索', initials: 'qbxs', icon: 'clue', needs: ['clue.read'] },
      { to: '/clues/pool', title: '线索池', initials: 'xsc', icon: 'pool', needs: ['clue.act'] },
      { to: '/clues/new', title: '登记线索', initials: 'djxs', icon: 'file', needs: ['clue.act'] },
    ],
  },
  {
    to: '/matters',
    title: '事项',
    initials: 'sx',
    icon: 'flow',
    needs: ['matter.read'],
    below: [
      { to: '/matters', title: '全部事项', initials: 'qbsx', icon: 'flow', needs: ['matter.read'] },
      { to: '/matters/new', title: '新事项', initials: 'xsx', icon: 'file', needs: ['matter.start'] },
    ],
  },
  {
    to: '/meetings',
    title: '会议',
    initials: 'hy',
    icon: 'people',
    needs: ['matter.read'],
    below: [
      { to: '/meetings', title: '联席会议', initials: 'lxhy', icon: 'people', needs: ['matter.read'] },
      { to: '/campaigns', title: '专项', initials: 'zx', icon: 'tasks', needs: ['matter.read'] },
    ],
  },
  {
    to: '/documents',
    title: '文书',
    initials: 'ws',
    icon: 'file',
    needs: ['matter.read'],
    below: [
      { to: '/documents', title: '全部文书', initials: 'qbws', icon: 'file', needs: ['matter.read'] },
      { to: '/documents/ledger', title: '回复台账', initials: 'hftz', icon: 'chart', needs: ['matter.read'] },
      { to: '/documents/templates', title: '文书模板', initials: 'wsmb', icon: 'copy', needs: ['flow.read'] },
    ],
  },
  {
    to: '/pool',
    title: '数据资源池',
    initials: 'sjzyc',
    icon: 'pool',
    needs: ['row.read', 'batch.read'],
    below: [
      { to: '/pool', title: '数据集', initials: 'sjj', icon: 'table', needs: ['row.read', 'batch.read'] },
      { to: '/batches', title: '批次', initials: 'pc', icon: 'file', needs: ['batch.read'] },
      { to: '/import', title: '导入', initials: 'dr', icon: 'upload', needs: ['batch.import'] },
    ],
  },
  { to: '/models', title: '监督模型', initials: 'jdmx', icon: 'model', needs: ['model.read'] },
  { to: '/laws', title: '知识库', initials: 'zsk', icon: 'book', needs: [], below: [{ to: '/laws', title: '法规库', initials: 'fgk', icon: 'book', needs: [] }] },
  { to: '/statistics', title: '统计', initials: 'tj', icon: 'chart', needs: ['matter.read'] },
  { to: '/approvals', title: '审批', initials: 'sp', icon: 'good', needs: ['approval.request', 'approval.decide'] },
  {
    to: '/organisations',
    title: '组织人员',
    initials: 'zzry',
    icon: 'people',
    needs: ['organisation.read', 'person.read', 'role.read'],
    below: [
      { to: '/organisations', title: '组织机构', initials: 'zzjg', icon: 'people', needs: ['organisation.read'] },
      { to: '/people', title: '人员', initials: 'ry', icon: 'person', needs: ['person.read'] },
      { to: '/teams', title: '专班与人才库', initials: 'zbyrck', icon: 'people', needs: ['organisation.read'] },
      { to: '/certificates', title: '证书和印章', initials: 'zshyz', icon: 'good', needs: ['certificate.manage'] },
      { to: '/roles', title: '角色与权限', initials: 'jsyqx', icon: 'lock', needs: ['role.read'] },
    ],
  },
  {
    to: '/audit',
    title: '审计',
    initials: 'sj',
    icon: 'eye',
    needs: ['audit.read', 'alarm.read'],
    below: [
      { to: '/audit', title: '审计记录', initials: 'sjjl', icon: 'eye', needs: ['audit.read'] },
      { to: '/alarms', title: '异常告警', initials: 'ycgj', icon: 'warn', needs: ['alarm.read'] },
    ],
  },
  {
    to: '/setup',
    title: '设置',
    initials: 'sz',
    icon: 'gear',
    needs: ['setup.run', 'backup.run', 'key.rotate'],
    below: [
      { to: '/setup', title: '首次设置', initials: 'scsz', icon: 'gear', needs: ['setup.run'] },
      { to: '/backup', title: '备份与密钥', initials: 'bfymy', icon: 'lock', needs: ['backup.run', 'key.rotate'] },
    ],
  },
]

type May = (...needs: string[]) => boolean

/** What the person may use. An entry leads to the first of those below it that is left. */
export function menuFor(may: May): Entry[] {
  return menu
    .filter((entry) => may(...entry.needs))
    .map((entry) => {
      const below = entry.below?.filter((b) => may(...b.needs))
      return below?.length ? { ...entry, to: below[0]!.to, below } : { ...entry, below: undefined }
    })
}

/** The same as one list, for searching; the own account belongs to everybody. */
export function pagesFor(may: May): Entry[] {
  const listed = menuFor(may).flatMap((entry) => (entry.below ? [{ ...entry, below: undefined }, ...entry.below.filter((b) => b.to !== entry.to)] : [entry]))
  return [...listed, { to: '/account', title: '我的账号与安全', initials: 'wdzhyaq', icon: 'person', needs: [] }]
}
