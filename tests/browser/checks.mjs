// SPDX-License-Identifier: MulanPSL-2.0
// What every page must hold to, at every width: nothing went wrong, nothing cut, no sideways scroll, nothing axe complains about.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { axeSource, quiet, root, slower } from './house.mjs'

const pictures = join(root, 'out', 'screenshots')
mkdirSync(pictures, { recursive: true })

/* The message names what was found: where a test fails far away, it is all one sees. */
function none(found, where, what) {
  assert.ok(found.length === 0, `${where}: ${what}: ${found.join('; ')}`)
}

export function nothingWrong(wrong, where) {
  none(wrong.splice(0), where, 'console, request or exception')
}

export async function noSidewaysScroll(page, where) {
  const wide = await page.evaluate(() => {
    const over = (e) => e.scrollWidth - e.clientWidth
    const main = document.querySelector('main')
    return { page: over(document.documentElement), main: main ? over(main) : 0 }
  })
  assert.ok(wide.page <= 0 && wide.main <= 0, `${where}: scrolls sideways ${JSON.stringify(wide)}`)
}

/* Text may be shortened only where the style says so with an ellipsis, or inside something that scrolls on purpose. */
export async function noCutText(page, where) {
  const cut = await page.evaluate(() => {
    const found = []
    const scrolls = (e) => {
      for (let p = e; p && p !== document.body; p = p.parentElement) {
        const s = getComputedStyle(p)
        if (/(auto|scroll)/.test(s.overflowX) && p.tagName !== 'MAIN' && p.scrollWidth > p.clientWidth) return true
      }
      return false
    }
    for (const e of document.querySelectorAll('body *')) {
      const hasText = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())
      if (!hasText || e.closest('.hidden-label, svg, option, select, .skip') || !e.checkVisibility()) continue
      const s = getComputedStyle(e)
      if (s.display === 'inline' || s.textOverflow === 'ellipsis' || scrolls(e)) continue
      if (e.scrollWidth > e.clientWidth + 1 && s.overflowX !== 'visible') found.push(e.textContent.trim().slice(0, 40))
      /* Sticking out of the window is being cut as well. */
      const box = e.getBoundingClientRect()
      if (box.width > 0 && (box.right > innerWidth + 1 || box.left < -1)) found.push('outside: ' + e.textContent.trim().slice(0, 40))
    }
    return found
  })
  none(cut, where, 'cut text')
}

/** What axe looks at: everything, only what colours may spoil, or all but that. */
export const ALL = {}
export const COLOURS = { runOnly: ['color-contrast', 'link-in-text-block'] }
export const FORMS = { rules: { 'color-contrast': { enabled: false } } }

export async function axeClean(page, where, rules = ALL) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource)
  const violations = await page.evaluate(async (rules) => {
    const result = await window.axe.run(document, { resultTypes: ['violations'], ...rules })
    return result.violations.map((v) => `${v.id} (${v.impact}): ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + ' | ' + n.failureSummary.replace(/\s+/g, ' ').slice(0, 200)).join(' ; ')}`)
  }, rules)
  none(violations, where, 'axe')
}

/* For people to look at: `LIANHENG_PICTURES=no` saves the time. A test that fails leaves its own. */
export async function picture(page, name) {
  if (process.env.LIANHENG_PICTURES === 'no') return
  await page.screenshot({ path: join(pictures, `${name}.png`) })
}

/* Nothing loads, charts are drawn, colours have changed. */
const stands = (page) =>
  page.waitForFunction(
    () =>
      document.querySelector('h1') &&
      !document.querySelector('.waiting') &&
      [...document.querySelectorAll('main .box[role=img]')].every((b) => !b.offsetParent || b.querySelector('svg')) &&
      document.getAnimations().every((a) => !(a instanceof CSSTransition)),
    null,
    { timeout: 20_000 * slower },
  )

/** Pages settle: what they asked for has come, and has been painted. */
export async function settled(page) {
  await stands(page)
  await quiet(page)
  await stands(page)
  await page.evaluate(() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r))))
}

export async function wholePage(page, wrong, name, rules = ALL) {
  await settled(page)
  await picture(page, name)
  nothingWrong(wrong, name)
  await noSidewaysScroll(page, name)
  await noCutText(page, name)
  await axeClean(page, name, rules)
}
