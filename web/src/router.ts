// SPDX-License-Identifier: MulanPSL-2.0
// Which address shows which page. Every page but signing in needs a session.
import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteRecordRaw, type Router } from 'vue-router'
import { menuFor } from './lib/menu'
import type { useSession } from './stores/session'

declare module 'vue-router' {
  interface RouteMeta {
    title: string
    /** Which menu entry is lit. */
    menu?: string
    open?: boolean
    /** Permissions of which one is enough; none: whoever is signed in. */
    needs?: string[]
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/sign-in', name: 'sign-in', component: () => import('./pages/SignIn.vue'), meta: { title: '登录', open: true } },
  { path: '/desk', name: 'desk', component: () => import('./pages/DeskPage.vue'), meta: { title: '工作台', menu: '/desk', needs: ['matter.act'] } },
  { path: '/matters', name: 'matters', component: () => import('./pages/Matters.vue'), meta: { title: '事项', menu: '/matters', needs: ['matter.read'] } },
  { path: '/matters/new', name: 'matter-new', component: () => import('./pages/MatterNew.vue'), meta: { title: '新事项', menu: '/matters/new', needs: ['matter.start'] } },
  { path: '/matters/figures', redirect: '/statistics' },
  { path: '/meetings', name: 'meetings', component: () => import('./pages/Meetings.vue'), meta: { title: '会议', menu: '/meetings', needs: ['matter.read'] } },
  { path: '/campaigns', name: 'campaigns', component: () => import('./pages/Campaigns.vue'), meta: { title: '专项', menu: '/campaigns', needs: ['matter.read'] } },
  { path: '/statistics', name: 'statistics', component: () => import('./pages/Statistics.vue'), meta: { title: '统计', menu: '/statistics', needs: ['matter.read'] } },
  { path: '/matters/:matter', name: 'matter', component: () => import('./pages/MatterPage.vue'), props: true, meta: { title: '事项', menu: '/matters', needs: ['matter.read'] } },
  { path: '/documents', name: 'documents', component: () => import('./pages/Documents.vue'), meta: { title: '文书', menu: '/documents', needs: ['matter.read'] } },
  { path: '/documents/ledger', name: 'document-ledger', component: () => import('./pages/DocumentLedger.vue'), meta: { title: '回复台账', menu: '/documents/ledger', needs: ['matter.read'] } },
  { path: '/documents/templates', name: 'document-templates', component: () => import('./pages/DocumentTemplates.vue'), meta: { title: '文书模板', menu: '/documents/templates', needs: ['flow.read'] } },
  { path: '/documents/templates/:type', name: 'document-kind', component: () => import('./pages/DocumentKind.vue'), props: true, meta: { title: '文书模板', menu: '/documents/templates', needs: ['flow.read'] } },
  { path: '/documents/:document', name: 'document', component: () => import('./pages/DocumentPage.vue'), props: true, meta: { title: '文书', menu: '/documents', needs: ['matter.read'] } },
  { path: '/overview', name: 'overview', component: () => import('./pages/Overview.vue'), meta: { title: '总览', menu: '/overview', needs: ['overview.read'] } },
  /* Nobody stays here: see beforeEach. */
  { path: '/', name: 'start', component: () => import('./pages/Nowhere.vue'), meta: { title: '' } },
  { path: '/clues', name: 'clues', component: () => import('./pages/Clues.vue'), meta: { title: '线索', menu: '/clues', needs: ['clue.read'] } },
  { path: '/clues/pool', name: 'clue-pool', component: () => import('./pages/CluePool.vue'), meta: { title: '线索池', menu: '/clues/pool', needs: ['clue.read'] } },
  { path: '/clues/new', name: 'clue-new', component: () => import('./pages/ClueNew.vue'), meta: { title: '登记线索', menu: '/clues/new', needs: ['clue.act'] } },
  { path: '/clues/:clue', name: 'clue', component: () => import('./pages/CluePage.vue'), props: true, meta: { title: '线索', menu: '/clues', needs: ['clue.read'] } },
  { path: '/pool', name: 'pool', component: () => import('./pages/Datasets.vue'), meta: { title: '数据资源池', menu: '/pool', needs: ['dataset.read'] } },
  {
    path: '/pool/:dataset',
    name: 'dataset',
    component: () => import('./pages/DatasetPage.vue'),
    props: true,
    meta: { title: '数据集', menu: '/pool', needs: ['dataset.read'] },
  },
  {
    path: '/pool/:dataset/rows/:row',
    name: 'row',
    component: () => import('./pages/RowPage.vue'),
    props: true,
    meta: { title: '数据行', menu: '/pool', needs: ['row.read'] },
  },
  { path: '/batches', name: 'batches', component: () => import('./pages/Batches.vue'), meta: { title: '批次', menu: '/batches', needs: ['batch.read'] } },
  { path: '/batches/:batch', name: 'batch', component: () => import('./pages/BatchPage.vue'), props: true, meta: { title: '批次', menu: '/batches', needs: ['batch.read'] } },
  { path: '/import', name: 'import', component: () => import('./pages/ImportPage.vue'), meta: { title: '导入', menu: '/import', needs: ['batch.import'] } },
  { path: '/models', name: 'models', component: () => import('./pages/Models.vue'), meta: { title: '监督模型', menu: '/models', needs: ['model.read'] } },
  { path: '/models/:model', name: 'model', component: () => import('./pages/ModelPage.vue'), props: true, meta: { title: '监督模型', menu: '/models', needs: ['model.read'] } },
  { path: '/laws', name: 'laws', component: () => import('./pages/Laws.vue'), meta: { title: '法规库', menu: '/laws' } },
  { path: '/laws/:law', name: 'law', component: () => import('./pages/LawPage.vue'), props: true, meta: { title: '法规库', menu: '/laws' } },
  { path: '/account', name: 'account', component: () => import('./pages/AccountPage.vue'), meta: { title: '我的账号与安全' } },
  { path: '/organisations', name: 'organisations', component: () => import('./pages/Organisations.vue'), meta: { title: '组织机构', menu: '/organisations', needs: ['organisation.read'] } },
  {
    path: '/organisations/:number',
    name: 'organisation',
    component: () => import('./pages/OrganisationPage.vue'),
    props: true,
    meta: { title: '组织机构', menu: '/organisations', needs: ['organisation.read'] },
  },
  { path: '/people', name: 'people', component: () => import('./pages/People.vue'), meta: { title: '人员', menu: '/people', needs: ['person.read'] } },
  { path: '/people/:login', name: 'person', component: () => import('./pages/PersonPage.vue'), props: true, meta: { title: '人员', menu: '/people', needs: ['person.read'] } },
  { path: '/teams', name: 'teams', component: () => import('./pages/Teams.vue'), meta: { title: '专班与人才库', menu: '/teams', needs: ['organisation.read'] } },
  { path: '/teams/:team', name: 'team', component: () => import('./pages/TeamPage.vue'), props: true, meta: { title: '专班与人才库', menu: '/teams', needs: ['organisation.read'] } },
  { path: '/draws/:draw', name: 'draw', component: () => import('./pages/DrawPage.vue'), props: true, meta: { title: '随机抽取', menu: '/teams', needs: ['organisation.read'] } },
  { path: '/certificates', name: 'certificates', component: () => import('./pages/Certificates.vue'), meta: { title: '证书和印章', menu: '/certificates', needs: ['certificate.manage'] } },
  { path: '/roles', name: 'roles', component: () => import('./pages/Roles.vue'), meta: { title: '角色与权限', menu: '/roles', needs: ['role.read'] } },
  { path: '/approvals', name: 'approvals', component: () => import('./pages/Approvals.vue'), meta: { title: '审批', menu: '/approvals', needs: ['approval.request', 'approval.decide'] } },
  { path: '/audit', name: 'audit', component: () => import('./pages/AuditPage.vue'), meta: { title: '审计记录', menu: '/audit', needs: ['audit.read'] } },
  { path: '/alarms', name: 'alarms', component: () => import('./pages/Alarms.vue'), meta: { title: '异常告警', menu: '/alarms', needs: ['alarm.read'] } },
  { path: '/backup', name: 'backup', component: () => import('./pages/BackupPage.vue'), meta: { title: '备份与密钥', menu: '/backup', needs: ['backup.run', 'key.rotate'] } },
  { path: '/setup', name: 'setup', component: () => import('./pages/SetupPage.vue'), meta: { title: '首次设置', menu: '/setup', needs: ['setup.run'] } },
  { path: '/:rest(.*)*', name: 'nowhere', component: () => import('./pages/Nowhere.vue'), meta: { title: '没有这个页面' } },
]

export function setTitle(title: string): void {
  document.title = title ? `${title} · 联衡` : '联衡'
}

let bound: RouteLocationNormalized | null = null

/** On the way to another page, whose parts may take a while to come. Changing this page's address now would call that off. */
export const isLeaving = (): boolean => bound !== null

export function makeRouter(session: ReturnType<typeof useSession>): Router {
  const router = createRouter({ history: createWebHistory(), routes })

  router.beforeEach((to, from) => {
    bound = to.path === from.path ? null : to
  })
  router.beforeEach(async (to) => {
    /* Its part of the program comes while the session is asked for. */
    const page = session.asked ? undefined : (to.path === '/' ? router.resolve('/desk') : to).matched[0]?.components?.['default']
    if (typeof page === 'function' && !to.meta.open) (page as () => Promise<unknown>)().catch(() => undefined)
    await session.ask()
    if (to.meta.open) return session.who ? '/' : true
    /* Whoever has tasks begins with them, the others with the first page there is. */
    if (session.who && to.path === '/') return menuFor(session.may)[0]?.to ?? '/account'
    return session.who ? true : { name: 'sign-in', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
  })
  router.afterEach((to, from) => {
    if (bound === to) bound = null
    if (to.path !== from.path) setTitle(to.meta.title)
  })
  /* After an update of the server the old chunks are gone: load the new page instead of failing. */
  router.onError((_cause, to) => {
    const key = 'lianheng.reloaded'
    if (sessionStorage.getItem(key) === to.fullPath) return
    sessionStorage.setItem(key, to.fullPath)
    window.location.assign(to.fullPath)
  })
  return router
}
