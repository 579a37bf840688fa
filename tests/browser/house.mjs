// SPDX-License-Identifier: MulanPSL-2.0
// A house of its own for a test: fresh data folder, the real binary serving it, and a browser with a fresh profile.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const require = createRequire(join(root, 'web', 'package.json'))
const { chromium } = require('playwright-core')
/* The small form: it is sent to every page and read there anew. */
export const axeSource = require('axe-core/axe.min.js').source

const binary = process.env.LIANHENG_BINARY
const START_WITHIN = 60_000
/* LIANHENG_SLOWER=6 makes the pages' processor six times slower and every reply late: races show, and everything waits longer. */
export const slower = Math.max(1, Number(process.env.LIANHENG_SLOWER ?? 1))
const PATIENCE = 15_000 * slower
const LATE = 60

export const WIDE = { width: 1440, height: 900 }
export const NARROW = { width: 360, height: 780 }

/** The program's own command line on a data folder; what it said. */
export function run(folder, ...words) {
  const said = spawnSync(binary, ['--data', folder, ...words], { encoding: 'utf8' })
  if (said.status !== 0) throw new Error(`${words.join(' ')}: ${said.stdout}${said.stderr}`)
  return said.stdout
}

/* The first password is printed once, and only here. */
const init = (folder) => JSON.parse(run(folder, '--json', 'init', '--office-name', '合江县人民检察院'))

/** The demo county, whose accounts and passwords are written down. */
export function county(folder) {
  run(folder, 'demo', '--records', '2000')
  const lines = readFileSync(join(folder, 'demo-accounts.txt'), 'utf8').split('\n')
  return { passwords: Object.fromEntries(lines.map((l) => l.split(/\s+/)).filter((w) => w.length >= 5 && /^[!-~]+$/.test(w[1])).map(([login, password]) => [login, password])) }
}

/* The server takes a free port and says which. */
async function answers(server, log) {
  const until = Date.now() + START_WITHIN
  while (Date.now() < until && server.exitCode === null) {
    const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(log()) ?? []
    if (address && (await fetch(address + '/api/health')).ok) return address
    await new Promise((r) => setTimeout(r, 50))
  }
  throw new Error('the server did not start')
}

/** Start everything, in an empty house or in the demo county. `end` stops it and removes the folder. */
export async function openHouse(make = init) {
  const folder = mkdtempSync(join(tmpdir(), 'lianheng-browser-'))
  const data = join(folder, 'data')
  const first = make(data)
  const server = spawn(binary, ['--data', data, 'serve', '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  server.stdout.on('data', (d) => (log += d))
  server.stderr.on('data', (d) => (log += d))
  const address = await answers(server, () => log).catch((e) => {
    server.kill()
    throw new Error(`${e.message}\n${log}`)
  })
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--font-render-hinting=none',
    ],
  })
  return {
    ...first,
    folder,
    data,
    address,
    browser,
    log: () => log,
    async end() {
      await browser.close()
      server.kill('SIGTERM')
      await new Promise((r) => (server.exitCode !== null ? r() : server.once('exit', r)))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/* Chromium's own means; what it slows is the page, not the server. */
async function slowDown(context, page) {
  const cdp = await context.newCDPSession(page)
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: slower })
  /* Each request is held back for a while of its own, so that answers also come in another order. */
  await context.route(/\/api\/(?!events)/, async (route) => {
    await new Promise((r) => setTimeout(r, Math.random() * LATE * slower))
    await route.continue().catch(() => undefined)
  })
}

/** The pages open now, each with everything its console said: what is kept when a test fails. */
export const openPages = new Set()

/* What each page has asked for and not been given; the event stream never ends. */
const asked = new WeakMap()
function count(page) {
  const going = new Set()
  asked.set(page, going)
  page.on('request', (r) => r.url().endsWith('/api/events') || going.add(r))
  for (const end of ['requestfinished', 'requestfailed']) page.on(end, (r) => going.delete(r))
}

/** Wait until the page asks for nothing more. One that does not come to rest is looked at as it is. */
export async function quiet(page) {
  const until = Date.now() + 5000 * slower
  for (let calm = 0; calm < 2 && Date.now() < until; calm = asked.get(page).size === 0 ? calm + 1 : 0) await new Promise((r) => setTimeout(r, 20))
}

/** A page that remembers everything that went wrong in it. `wrong` is emptied by `nothingWrong`. */
export async function openPage(house, viewport, options = {}) {
  const context = await house.browser.newContext({
    viewport,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    baseURL: house.address,
    acceptDownloads: true,
    reducedMotion: 'reduce',
    hasTouch: viewport.width < 720,
    storageState: options.state,
    colorScheme: options.dark ? 'dark' : 'light',
  })
  context.setDefaultTimeout(PATIENCE)
  const page = await context.newPage()
  count(page)
  if (slower > 1) await slowDown(context, page)
  const wrong = []
  const said = []
  const opened = { context, page, said }
  openPages.add(opened)
  page.on('close', () => openPages.delete(opened))
  const note = (what) => {
    wrong.push(what)
    said.push(what)
  }
  page.on('console', (m) => {
    said.push(`console ${m.type()}: ${m.text()}`)
    if (m.type() === 'error' || m.type() === 'warning') wrong.push(`console: ${m.text()} (${m.location().url})`)
  })
  page.on('pageerror', (e) => note(`exception: ${e.message}`))
  page.on('requestfailed', (r) => {
    const why = r.failure()?.errorText ?? ''
    /* A page left behind drops its event stream and what it no longer waits for; a download leaves the page's hands. */
    if (why !== 'net::ERR_ABORTED') note(`request: ${r.url()} ${why}`)
  })
  page.on('response', (r) => {
    if (r.status() >= 400) note(`reply: ${r.status()} ${r.request().method()} ${r.url()}`)
  })
  return { context, page, wrong }
}
