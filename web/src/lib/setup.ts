// SPDX-License-Identifier: MulanPSL-2.0
// What the first set-up is being filled with: kept in this window, so that a reload loses nothing.
import { reactive, watch } from 'vue'
import type { Kinds, SetupRunBody } from '../api'

export interface DraftUnit {
  kind: string
  name: string
}
export interface DraftPerson {
  login: string
  name: string
  role: string
  title: string
  /** Place in the list of units from 1; 0: the own house. */
  unit: number
  until: string
}
export interface Draft {
  step: number
  home: { kind: string; name: string; short: string; division: string }
  place: string
  units: DraftUnit[]
  administrators: { role: string; title: string; help: string; login: string; name: string }[]
  people: DraftPerson[]
}

const KEY = 'lianheng.setup'

export function emptyDraft(): Draft {
  return {
    step: 0,
    home: { kind: '', name: '', short: '', division: '' },
    place: '',
    units: [],
    administrators: [
      { role: 'system_admin', title: '系统管理员', help: '管理机构、账号、设置和备份，不能授予角色', login: '', name: '' },
      { role: 'security_admin', title: '安全管理员', help: '授予和收回角色、结束登录、更换密钥', login: '', name: '' },
      { role: 'audit_admin', title: '审计管理员', help: '查看和导出审计记录，只读', login: '', name: '' },
    ],
    people: [],
  }
}

export function useDraft(): { draft: Draft; forget: () => void } {
  const draft = reactive(emptyDraft())
  try {
    Object.assign(draft, JSON.parse(sessionStorage.getItem(KEY) ?? '{}'))
  } catch {
    /* Then one begins anew. */
  }
  const stop = watch(
    draft,
    () => {
      try {
        sessionStorage.setItem(KEY, JSON.stringify(draft))
      } catch {
        /* It then lives as long as the page. */
      }
    },
    { deep: true },
  )
  return {
    draft,
    forget() {
      stop()
      sessionStorage.removeItem(KEY)
    },
  }
}

/** "合江县人民检察院" lies in 合江县. */
export const placeOf = (name: string): string => /^(.*?[省市州县区旗盟])(?=.*院)/.exec(name)?.[1] ?? ''

/** As the server takes it: what belongs to the government stands under the government that was chosen. */
export function bodyOf(draft: Draft, kinds: Kinds): SetupRunBody {
  const government = draft.units.findIndex((u) => u.kind === 'government') + 1
  const sideOf = (kind: string): string => kinds.organisations.find((k) => k.kind === kind)?.side ?? 'other'
  return {
    home: { kind: draft.home.kind, name: draft.home.name.trim(), short_name: draft.home.short.trim(), division: draft.home.division },
    organisations: draft.units.map((u) => ({
      kind: u.kind,
      name: u.name.trim(),
      division: draft.home.division,
      parent: u.kind !== 'government' && sideOf(u.kind) === 'government' ? government : 0,
    })),
    people: [
      ...draft.administrators.map((a) => ({ login: a.login.trim(), name: a.name.trim(), role: a.role, organisation: 0 })),
      ...draft.people.map((p) => ({ login: p.login.trim(), name: p.name.trim(), role: p.role, title: p.title.trim(), organisation: p.unit, until: p.until || undefined })),
    ],
  }
}
