// SPDX-License-Identifier: MulanPSL-2.0
// The calls about files, days and figures of matters, with the shapes the pages rely on.
import { api, ApiError, isOver, type CallOptions, type Export, type Job, type UploadOptions } from '../api'
import type { ExportHow } from '../components/ExportDialog.vue'
import type { MatterConditions } from './matterQuery'

export interface CalendarItem {
  id: string
  number: string
  flow_title: string
  title?: string | null
  kind: string
  what: string
  at: string
  lapsed: boolean
}
export interface CalendarDay {
  day: string
  workday: boolean
  due: number
  meetings: number
  items: CalendarItem[]
}
export interface FigureCount {
  count: number
  query: Record<string, string>
}
export interface FlowFigures {
  flow: string
  title: string
  group: string
  open: FigureCount
  closed: FigureCount
  overdue: FigureCount
  outcomes: (FigureCount & { value: string; title: string })[]
  steps: (FigureCount & { value: string; title: string; median_days?: number | null; passages: number })[]
}

interface Calls {
  matterFileCreate: (id: string, file: Blob, query: { name: string; revision?: number }, options?: UploadOptions) => Promise<unknown>
  matterFileGetUrl: (id: string, file: number, query?: { shown?: boolean }) => string
  matterCalendar: (query: MatterConditions & { from: string; to: string }) => Promise<{ days: CalendarDay[]; more: boolean }>
  matterFigures: (query?: { flow?: string; organisation?: number }) => Promise<{ flows: FlowFigures[] }>
  matterExportCreate: (body: ExportHow & { query?: MatterConditions }, options?: CallOptions) => Promise<Job>
  matterExportGetUrl: (made: string) => string
}
export const matterApi = api as unknown as Calls

const PAUSE = 400

/** Asks for a file and waits until it is made; giving up ends the work. */
export async function exportMatters(body: ExportHow & { query?: MatterConditions }, options: CallOptions): Promise<Export> {
  let job = await matterApi.matterExportCreate(body, options)
  while (!isOver(job)) {
    await new Promise((r) => setTimeout(r, PAUSE))
    if (options.signal?.aborted) {
      await api.jobCancel(job.job).catch(() => undefined)
      throw new DOMException('', 'AbortError')
    }
    job = await api.jobGet(job.job)
  }
  const made = job.result as Partial<Export> | null | undefined
  if (job.state !== 'done' || !made?.export) throw failureOfJob(job)
  return { export: made.export, file_name: made.file_name ?? '', rows: made.rows ?? 0 }
}

const failureOfJob = (job: Job): ApiError => new ApiError({ type: 'about:blank', title: '', status: 0, code: 'job', request: '', detail: job.error?.detail ?? '导出没有完成，请再试一次。' })
