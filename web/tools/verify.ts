// SPDX-License-Identifier: MulanPSL-2.0
// Vite plugin: the page for checking seals, one file with its script and style inside, so that it can be saved and used anywhere.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { Plugin } from 'vite'

export async function verifyPage(folder: string): Promise<string> {
  const made = await build({
    entryPoints: [join(folder, 'main.ts')],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2020',
    charset: 'ascii',
    legalComments: 'none',
    write: false,
  })
  const script = (made.outputFiles[0]?.text ?? '').trim().replaceAll('</script', '<\\/script')
  return readFileSync(join(folder, 'page.html'), 'utf8').replace('<!--script-->', () => `<script>${script}</script>`)
}

export function verify(): Plugin {
  let folder = ''
  return {
    name: 'lianheng-verify',
    apply: 'build',
    configResolved(config) {
      folder = join(config.root, 'src', 'verify')
    },
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'verify.html', source: await verifyPage(folder) })
    },
  }
}
