// SPDX-License-Identifier: MulanPSL-2.0
// The generated client under the names the page uses, and what to do with its failures.
import { api, ApiError, type Job, type ClueListQuery } from './generated/client'

export * from './generated/client'
export type ClueQuery = ClueListQuery

/* What calls answer, by the name the pages use. */
type Answer<F extends (...a: never[]) => Promise<unknown>> = Awaited<ReturnType<F>>
export type Unit = Answer<typeof api.organisationList>['items'][number]
export type UnitDetail = Answer<typeof api.organisationGet>
export type Kinds = Answer<typeof api.kindList>
export type RoleShown = Answer<typeof api.roleList>['items'][number]
export type PersonShown = Answer<typeof api.personList>['items'][number]
export type PersonDetail = Answer<typeof api.personGet>
export type PostShown = PersonDetail['posts'][number]
export type FirstPassword = Answer<typeof api.personCreate>
export type TeamShown = Answer<typeof api.teamList>['items'][number]
export type TeamDetail = Answer<typeof api.teamGet>
export type SheetResult = Answer<typeof api.organisationImport>

/** Any thrown thing as an ApiError with a sentence fit to show. */
export function failureOf(cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause
  console.error(cause)
  return new ApiError({
    type: 'about:blank',
    title: '',
    status: 0,
    code: 'page',
    request: '',
    detail: '页面出了意外的错误，请刷新后重试。',
  })
}

export const isAbort = (cause: unknown): boolean => cause instanceof DOMException && cause.name === 'AbortError'

/** A key for one creation: the same click sent twice creates one thing. */
export function once(): { idempotencyKey: string } {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return { idempotencyKey: Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('') }
}

export const isOver = (job: Job): boolean => job.state === 'done' || job.state === 'failed' || job.state === 'cancelled'
