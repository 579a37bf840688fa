// SPDX-License-Identifier: MulanPSL-2.0
// The calls about files, days and figures of matters, with the shapes the pages rely on.
import { api, type CallOptions, type Export, type UploadOptions } from '../api'
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
  matterCalendar: (query: { from: string; to: string }) => Promise<{ days: CalendarDay[]; more: boolean }>
  matterFigures: (query?: { flow?: string; organisation?: number }) => Promise<{ flows: FlowFigures[] }>
  matterExportCreate: (body: ExportHow & { query?: MatterConditions }, options?: CallOptions) => Promise<Export>
  matterExportGetUrl: (made: string) => string
}
export const matterApi = api as unknown as Calls
