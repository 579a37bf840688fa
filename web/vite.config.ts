// SPDX-License-Identifier: MulanPSL-2.0
// How the page is built: one entry, a chunk per page, compressed copies beside each file.
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { compress } from './tools/compress'
import { early } from './tools/early'
import { verify } from './tools/verify'

const server = process.env['LIANHENG_SERVER'] ?? 'http://127.0.0.1:8080'

const COMMON = /\/src\/(components\/(State|PageHead|Mark|LookMark|DueMark|DueWhy|Dialog|Hint|Meter|Field|SelectBox)\.vue|lib\/(load|matters|format|table)\.ts)/

export default defineConfig({
  plugins: [vue(), early(), verify(), compress()],
  server: { host: '127.0.0.1', proxy: { '/api': server } },
  build: {
    target: 'es2020',
    outDir: 'dist',
    emptyOutDir: true,
    reportCompressedSize: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
    /* What nearly every page has comes as one part instead of a dozen. */
    rollupOptions: { output: { manualChunks: (id) => (COMMON.test(id) ? 'common' : undefined) } },
  },
})
