// SPDX-License-Identifier: MulanPSL-2.0
// Which address shows which page. Every page but signing in needs a session.
import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteRecordRaw, type Router } from 'vue-router'
import type { useSession } from './stores/session'

declare module 'vue-router' {
  interface RouteMeta {
    title: string
    /** Which menu entry is lit. */
    menu?: string
    open?: boolean
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/sign-in', name: 'sign-in', component: () => import('./pages/SignIn.vue'), meta: { title: '登录', open: true } },
  { path: '/', name: 'overview', component: () => import('./pages/Overview.vue'), meta: { title: '总览', menu: '/' } },
  { path: '/clues', name: 'clues', component: () => import('./pages/Clues.vue'), meta: { title: '线索', menu: '/clues' } },
  { path: '/clues/:clue', name: 'clue', component: () => import('./pages/CluePage.vue'), props: true, meta: { title: '线索', menu: '/clues' } },
  { path: '/pool', name: 'pool', component: () => import('./pages/Datasets.vue'), meta: { title: '数据资源池', menu: '/pool' } },
  {
    path: '/pool/:dataset',
    name: 'dataset',
    component: () => import('./pages/DatasetPage.vue'),
    props: true,
    meta: { title: '数据集', menu: '/pool' },
  },
  {
    path: '/pool/:dataset/rows/:row',
    name: 'row',
    component: () => import('./pages/RowPage.vue'),
    props: true,
    meta: { title: '数据行', menu: '/pool' },
  },
  { path: '/batches', name: 'batches', component: () => import('./pages/Batches.vue'), meta: { title: '批次', menu: '/batches' } },
  { path: '/batches/:batch', name: 'batch', component: () => import('./pages/BatchPage.vue'), props: true, meta: { title: '批次', menu: '/batches' } },
  { path: '/import', name: 'import', component: () => import('./pages/ImportPage.vue'), meta: { title: '导入', menu: '/import' } },
  { path: '/models', name: 'models', component: () => import('./pages/Models.vue'), meta: { title: '监督模型', menu: '/models' } },
  { path: '/models/:model', name: 'model', component: () => import('./pages/ModelPage.vue'), props: true, meta: { title: '监督模型', menu: '/models' } },
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
    await session.ask()
    if (to.meta.open) return session.who ? '/' : true
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
