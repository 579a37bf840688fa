// SPDX-License-Identifier: MulanPSL-2.0
// Vite plugin: a small script ahead of the page, so that on a slow line the session, the start page's parts and what stands on it are
// under way while the program itself still loads. The list of parts comes from the build.
import { createHash } from 'node:crypto'
import type { OutputBundle, OutputChunk } from 'rollup'
import type { Plugin } from 'vite'

const START = /\/pages\/DeskPage\.vue/

/* Runs in the browser as it stands. `kept`: whoever had work on the start page last time gets it asked for at once. */
function ahead(js: string[], css: string[]): void {
  const marks = { signed: '', start: '' }
  try {
    marks.signed = localStorage.getItem('lianheng.signed-in') ?? ''
    marks.start = localStorage.getItem('lianheng.start') ?? ''
  } catch {
    return
  }
  if (!marks.signed) return
  const begun = Date.now()
  const plain = window.fetch
  const under = new Map([['/api/session', plain('/api/session', { headers: { Accept: 'application/json' } })]])
  if (marks.start && (location.pathname === '/' || location.pathname === '/desk')) {
    under.set('/api/desk', plain('/api/desk', { headers: { Accept: 'application/json' } }))
    for (const [rel, list] of [
      ['modulepreload', js],
      ['stylesheet', css],
    ] as const)
      for (const href of list) document.head.appendChild(Object.assign(document.createElement('link'), { rel, href }))
  }
  for (const answer of under.values()) answer.catch(() => undefined)
  /* The first who asks gets what is under way, as long as it is fresh. */
  window.fetch = (what, how) => {
    const found = typeof what === 'string' && (how?.method ?? 'GET') === 'GET' && Date.now() - begun < 10_000 ? under.get(what) : undefined
    if (typeof what === 'string') under.delete(what)
    if (!under.size) window.fetch = plain
    return found ?? plain(what, how)
  }
}

/* What a page needs besides the program itself. */
function partsOf(bundle: OutputBundle): { js: string[]; css: string[] } {
  const chunks = Object.values(bundle).filter((c): c is OutputChunk => c.type === 'chunk')
  const entry = chunks.find((c) => c.isEntry)
  const start = chunks.find((c) => c.facadeModuleId && START.test(c.facadeModuleId))
  const js = new Set<string>()
  const css = new Set<string>()
  const walk = (name: string): void => {
    const chunk = bundle[name]
    if (!chunk || chunk.type !== 'chunk' || chunk === entry || js.has(name)) return
    js.add(name)
    for (const sheet of chunk.viteMetadata?.importedCss ?? []) css.add(sheet)
    chunk.imports.forEach(walk)
  }
  if (start) walk(start.fileName)
  return { js: [...js].map((f) => `/${f}`), css: [...css].map((f) => `/${f}`) }
}

export function early(): Plugin {
  return {
    name: 'lianheng-early',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const page = bundle['index.html']
      if (!page || page.type !== 'asset') return
      const { js, css } = partsOf(bundle)
      const source = `(${ahead.toString()})(${JSON.stringify(js)},${JSON.stringify(css)})\n`
      const fileName = `assets/early-${createHash('sha256').update(source).digest('base64url').slice(0, 8)}.js`
      this.emitFile({ type: 'asset', fileName, source })
      page.source = String(page.source).replace('<link rel="icon"', `<script async src="/${fileName}"></script>\n    <link rel="icon"`)
    },
  }
}
