// SPDX-License-Identifier: MulanPSL-2.0
// A test in the browser: when it fails, each open page leaves its picture and what its console said in out/test.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openPages, root } from './house.mjs'

const kept = join(root, 'out', 'test')

async function keep(name, error) {
  mkdirSync(kept, { recursive: true })
  let n = 0
  for (const { page, said } of openPages) {
    const file = join(kept, `browser-${name.replace(/[^a-z0-9]+/gi, '-').slice(0, 60)}${++n > 1 ? `-${n}` : ''}`)
    writeFileSync(`${file}.txt`, [page.url(), String(error?.message ?? error), '', ...said, ''].join('\n'))
    /* A page that hangs must not hide why the test failed. */
    await page.screenshot({ path: `${file}.png`, timeout: 5000 }).catch(() => undefined)
  }
}

/** The body of a test, or of a part of one, that leaves pictures when it fails. */
export function watched(name, body) {
  return async (t) => {
    try {
      await body(t)
    } catch (error) {
      await keep(name, error)
      if (error instanceof Error) error.message += [...openPages].map(({ page, said }) => `\npage ${page.url()}: ${said.slice(-3).join('; ')}`).join('')
      throw error
    }
  }
}

/** A test of its own: what it left open is closed, so the next one starts clean. */
export function trial(name, body) {
  test(name, async (t) => {
    try {
      await watched(name, body)(t)
    } finally {
      for (const { context } of [...openPages]) await context.close().catch(() => undefined)
    }
  })
}
