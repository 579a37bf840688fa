// SPDX-License-Identifier: MulanPSL-2.0
// The way into the house: signing in, first passwords, second factors.
import { createHmac } from 'node:crypto'

export async function enter(page, login, password) {
  await page.goto('/sign-in')
  await page.fill('#login', login)
  await page.fill('#password', password)
  await page.keyboard.press('Enter')
}

export async function changePassword(page, from, to) {
  await page.locator('#password-old').waitFor()
  await page.fill('#password-old', from)
  await page.fill('#password-new', to)
  await page.fill('#password-again', to)
  await page.keyboard.press('Enter')
  await page.locator('#password-old').waitFor({ state: 'detached' })
}

/** The code an authenticator app shows: RFC 6238 with SHA-1, six digits, thirty seconds. */
export function totp(secret, ahead = 0) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret].map((c) => letters.indexOf(c).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((b) => parseInt(b, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead))
  const mac = createHmac('sha1', key).update(step).digest()
  const at = mac[19] & 15
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** The second factor that administrators must set up before they get anywhere. */
export async function bindFirst(page, password) {
  await page.locator('#factor-password').waitFor()
  await page.fill('#factor-password', password)
  await page.getByRole('button', { name: '下一步' }).click()
  await page.getByText('不能扫描').click()
  const secret = (await page.locator('.secret').innerText()).replace(/\s/g, '')
  await page.fill('#factor-code', totp(secret))
  await page.locator('dialog[open]').getByRole('button', { name: '绑定', exact: true }).click()
  await page.getByRole('checkbox', { name: '我已经把恢复码保存在安全的地方' }).check()
  await page.getByRole('button', { name: '完成' }).click()
}
