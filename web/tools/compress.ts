// SPDX-License-Identifier: MulanPSL-2.0
// Vite plugin: beside each built text file, the same file as .gz and .br, so that the server compresses nothing while it serves.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const TEXT = /\.(html|js|css|svg|json|txt)$/
const SMALLEST = 512 // below this the headers cost more than is saved

function* filesUnder(folder: string): Generator<string> {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) yield* filesUnder(path)
    else yield path
  }
}

function brotli(bytes: Buffer): Buffer {
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  })
}

export function compress(): Plugin {
  let folder = 'dist'
  return {
    name: 'lianheng-compress',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir
    },
    closeBundle() {
      for (const path of filesUnder(folder)) {
        if (!TEXT.test(path)) continue
        const bytes = readFileSync(path)
        if (bytes.length < SMALLEST) continue
        writeFileSync(path + '.gz', gzipSync(bytes, { level: 9 }))
        writeFileSync(path + '.br', brotli(bytes))
        if (process.env['LIANHENG_SIZES']) {
          console.log(relative(folder, path), bytes.length, gzipSync(bytes, { level: 9 }).length)
        }
      }
    },
  }
}
