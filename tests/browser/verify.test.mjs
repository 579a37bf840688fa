// SPDX-License-Identifier: MulanPSL-2.0
// The page for outsiders: nobody signs in, a signed PDF is looked at in the browser, whole, altered by one byte, with a revoked
// signer; and the same page from the disk, without any server. The files come from src/document/signature_test.c.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { axeClean, noSidewaysScroll, nothingWrong } from './checks.mjs'
import { NARROW, openHouse, openPage, WIDE } from './house.mjs'
import { trial } from './trial.mjs'

const samples = join(dirname(fileURLToPath(import.meta.url)), 'verify')
const good = readFileSync(join(samples, 'good.pdf'))
let house

before(async () => {
  house = await openHouse()
})
after(async () => {
  await house?.end()
})

const pdf = (bytes, name = '意见书.pdf') => ({ name, mimeType: 'application/pdf', buffer: Buffer.from(bytes) })

function altered(at) {
  const bytes = Buffer.from(good)
  bytes[at] ^= 1
  return bytes
}

async function verdict(page, bytes, name) {
  await page.locator('#result').evaluate((e) => e.replaceChildren())
  await page.locator('#pdf').setInputFiles(pdf(bytes, name))
  const head = page.locator('#result h2')
  await head.waitFor()
  return head.getAttribute('data-verdict')
}

/* Root and list from the disk, and every kind of file. */
async function looked(page) {
  assert.equal(await verdict(page, good), 'unproven')
  await page.locator('summary').click()
  await page.locator('#root').setInputFiles(join(samples, 'root.pem'))
  await page.locator('#result h2[data-verdict="good"]').waitFor()
  const text = await page.locator('#result').innerText()
  assert.match(text, /甲县人民检察院（单位印章）于2026年5月29日/)
  assert.match(text, /张某（甲县人民检察院）/)
  assert.equal(await verdict(page, altered(150)), 'changed')
  assert.equal(await verdict(page, altered(good.lastIndexOf('/Rect') + 10)), 'behind')
  assert.equal(await verdict(page, good.subarray(0, good.lastIndexOf('xref\n0') + 200)), 'none')
  assert.equal(await verdict(page, Buffer.concat([good, Buffer.from('more')])), 'behind')
  assert.equal(await verdict(page, Buffer.from('PK'), '表.xlsx'), 'not_pdf')
  assert.equal(await verdict(page, good), 'good')
  await page.locator('#list').setInputFiles(join(samples, 'revoked.crl'))
  await page.locator('#result h2[data-verdict="revoked"]').waitFor()
  assert.match(await page.locator('#result').innerText(), /收回签章权限/)
  await page.locator('#root').setInputFiles({ name: 'x.pem', mimeType: 'text/plain', buffer: Buffer.from('nothing') })
  await page.getByText('根证书读不懂').waitFor()
}

trial('an outsider checks a file, without signing in', async () => {
  const { page, wrong } = await openPage(house, WIDE)
  await page.goto('/sign-in')
  await page.getByRole('link', { name: '核验电子签章' }).click()
  await page.getByRole('heading', { name: '核验电子签章' }).waitFor()
  assert.equal(new URL(page.url()).pathname, '/verify')
  await looked(page)
  await axeClean(page, 'verify')
  await page.setViewportSize(NARROW)
  await noSidewaysScroll(page, 'verify, narrow')
  /* This house has signed nothing yet: there is no root to be had, and the browser says so. */
  nothingWrong(
    wrong.filter((w) => !/404/.test(w)),
    'verify',
  )
})

trial('the same page from the disk, without a network', async () => {
  const { page } = await openPage(house, WIDE)
  const copy = join(house.folder, 'verify.html')
  writeFileSync(copy, await (await fetch(house.address + '/verify')).text())
  await page.context().setOffline(true)
  await page.goto(pathToFileURL(copy).href)
  await looked(page)
})
