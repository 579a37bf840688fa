// SPDX-License-Identifier: MulanPSL-2.0
// Calls about documents that take more than one step.
import { api, ApiError, isOver, type CallOptions, type Export, type Job } from '../api'
import type { ExportHow } from '../components/ExportDialog.vue'
import type { DocQuery } from './documentTypes'
import type { MatterConditions } from './matterQuery'

interface Calls {
  documentExportCreate: (body: ExportHow & { query?: DocQuery }, options?: CallOptions) => Promise<Job>
  documentExportGetUrl: (made: string) => string
  documentJobCreate: (body: { type: string; matters?: string[]; query?: MatterConditions; note?: string }, options?: CallOptions) => Promise<Job>
}
export const documentApi = api as unknown as Calls

const PAUSE = 400

const failureOfJob = (job: Job): ApiError => new ApiError({ type: 'about:blank', title: '', status: 0, code: 'job', request: '', detail: job.error?.detail ?? '没有完成，请再试一次。' })

/** Waits for a job to end; giving up ends the work. */
export async function ended(job: Job, signal?: AbortSignal | null, told?: (job: Job) => void): Promise<Job> {
  let now = job
  while (!isOver(now)) {
    await new Promise((r) => setTimeout(r, PAUSE))
    if (signal?.aborted) {
      await api.jobCancel(now.job).catch(() => undefined)
      throw new DOMException('', 'AbortError')
    }
    now = await api.jobGet(now.job)
    told?.(now)
  }
  if (now.state !== 'done') throw failureOfJob(now)
  return now
}

/** The list as a ledger: asks for a file and waits until it is made. */
export async function exportDocuments(body: ExportHow & { query?: DocQuery }, options: CallOptions): Promise<Export> {
  const job = await ended(await documentApi.documentExportCreate(body, options), options.signal)
  const made = job.result as Partial<Export> | null | undefined
  if (!made?.export) throw failureOfJob(job)
  return { export: made.export, file_name: made.file_name ?? '', rows: made.rows ?? 0 }
}
