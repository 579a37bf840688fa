// SPDX-License-Identifier: MulanPSL-2.0
// Reading PDF files on the page: PDF.js with its worker, and the tables that Chinese fonts without embedding need. Fetched only when a
// PDF is looked at. Nothing in a file is run.
import * as pdfjs from 'pdfjs-dist/legacy/build/pdf.mjs'
import Worker from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?worker'

export type { PDFDocumentProxy as PdfFile, RenderTask } from 'pdfjs-dist'

const tables = import.meta.glob<string>('/node_modules/pdfjs-dist/cmaps/{GB,UniGB,Adobe-GB}*.bcmap', { query: '?url', import: 'default', eager: true })
const tableOf = (name: string): string | undefined => tables[`/node_modules/pdfjs-dist/cmaps/${name}.bcmap`]

class Tables {
  async fetch({ name }: { name: string }): Promise<{ cMapData: Uint8Array; isCompressed: boolean }> {
    const url = tableOf(name)
    if (!url) throw new Error(name)
    return { cMapData: new Uint8Array(await (await fetch(url)).arrayBuffer()), isCompressed: true }
  }
}

export function openPdf(data: Uint8Array): pdfjs.PDFDocumentLoadingTask {
  return pdfjs.getDocument({
    data,
    worker: new pdfjs.PDFWorker({ port: new Worker() as never }),
    CMapReaderFactory: Tables as never,
    useSystemFonts: true,
    isEvalSupported: false,
    enableXfa: false,
    verbosity: 0,
  } as Parameters<typeof pdfjs.getDocument>[0])
}

/** Why a file could not be opened, for whoever looks at it. */
export function pdfTrouble(cause: unknown): string {
  const name = cause instanceof Error ? cause.name : ''
  if (name === 'PasswordException') return '这个 PDF 设了打开密码，页面上看不了，请下载后用密码打开。'
  if (name === 'InvalidPDFException') return '这个文件不是完整的 PDF，可能在上传以前就损坏了，请下载核对，或者请上传的人重新上传。'
  return '这个 PDF 在页面上打不开，请下载后查看。'
}
