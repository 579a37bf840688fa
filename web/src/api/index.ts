// SPDX-License-Identifier: MulanPSL-2.0
// The generated client under the names the page uses, and what to do with its failures.
import { ApiError, type Job, type ClueListQuery } from './generated/client'

export * from './generated/client'
export type ClueQuery = ClueListQuery

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
