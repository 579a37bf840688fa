// SPDX-License-Identifier: MulanPSL-2.0
// How long the 工作台 takes to stand on a slow phone: LIANHENG_BINARY=build/release/src/main/lianheng node benches/phone_bench.mjs [LOGIN …]
// A phone: 360 × 780, a processor four times slower, 150 ms a round trip, 1.6 Mbit/s down and 750 kbit/s up. Cold: nothing kept; warm: a second visit.
// Measured against the smallest page of the same house (/api/health) under the same limits in the same run.
import { enter } from '../tests/browser/doors.mjs'
import { county, NARROW, openHouse, openPage } from '../tests/browser/house.mjs'

const ROUNDS = 5
const logins = process.argv.length > 2 ? process.argv.slice(2) : ['xingzheng', 'shijianzhifa']
const middle = (all) => [...all].sort((x, y) => x - y)[all.length >> 1]

async function phone(page, cold) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Network.enable')
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: cold })
  if (cold) await cdp.send('Network.clearBrowserCache')
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 })
  return cdp
}

/* Until its figures and first rows are painted. */
async function opened(page, address) {
  const began = performance.now()
  await page.goto(address, { waitUntil: 'commit' })
  await page.locator('main h1').waitFor()
  await page.waitForFunction(() => document.querySelector('main .task, main .card li, main .empty') && !document.querySelector('main .waiting'))
  await page.evaluate(() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r))))
  return performance.now() - began
}

async function bare(page) {
  const began = performance.now()
  await page.goto('/api/health')
  return performance.now() - began
}

const house = await openHouse(county)
try {
  for (const login of logins) {
    const { page, context } = await openPage(house, NARROW)
    await enter(page, login, house.passwords[login])
    await page.locator('#login').waitFor({ state: 'detached' })
    await page.locator('main h1').waitFor()
    for (const cold of [true, false]) {
      const cdp = await phone(page, cold)
      const times = { desk: [], bare: [] }
      let bytes = 0
      cdp.on('Network.loadingFinished', (e) => (bytes += e.encodedDataLength))
      for (let i = 0; i < ROUNDS; i++) {
        times.bare.push(await bare(page))
        times.desk.push(await opened(page, '/desk'))
      }
      const desk = middle(times.desk)
      const least = middle(times.bare)
      console.log(`${login} ${cold ? 'cold' : 'warm'}: 工作台 ${(desk / 1000).toFixed(2)} s (${(desk / least).toFixed(1)} × an empty page, ${(least / 1000).toFixed(2)} s), ${(bytes / ROUNDS / 1024).toFixed(0)} KiB a visit`)
      await cdp.detach()
    }
    await context.close()
  }
} finally {
  await house.end()
}
