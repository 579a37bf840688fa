// SPDX-License-Identifier: MulanPSL-2.0
// Every page in every look. Dark is the same page in other colours, large type the same colours in other sizes: what cannot
// differ is not asked twice.
import { ALL, COLOURS, FORMS, wholePage } from './checks.mjs'
import { NARROW, WIDE } from './house.mjs'
import { trial, watched } from './trial.mjs'

const viewports = { wide: WIDE, narrow: NARROW }
const LARGE = JSON.stringify({ mode: 'system', large: true, folded: false })

/* `walkers` are people with the pages they look at: an object of names and addresses, or a function that finds them. */
async function walk(t, walkers, viewport, begin, visit) {
  for (const { open, pages } of walkers) {
    const { context, page, wrong } = await open(viewport)
    const addresses = typeof pages === 'function' ? await pages(page) : pages
    await begin(page)
    for (const [name, address] of Object.entries(addresses))
      await t.test(
        name,
        watched(name, async () => {
          await page.goto(address)
          await visit(page, wrong, name)
        }),
      )
    await context.close()
  }
}

async function lightAndDark(page, wrong, name) {
  await page.emulateMedia({ colorScheme: 'light' })
  await wholePage(page, wrong, name, ALL)
  /* As the system does at dusk, while the page stands. */
  await page.emulateMedia({ colorScheme: 'dark' })
  await wholePage(page, wrong, `${name}-dark`, COLOURS)
}

export function everyLook(what, walkers) {
  for (const [name, viewport] of Object.entries(viewports)) {
    trial(`${what}, ${name}, light and dark`, (t) =>
      walk(t, walkers(), viewport, async () => undefined, (page, wrong, part) => lightAndDark(page, wrong, `${part}-${name}`)),
    )
    trial(`${what}, ${name}, in large type`, (t) =>
      walk(
        t,
        walkers(),
        viewport,
        (page) => page.addInitScript((look) => localStorage.setItem('lianheng.look', look), LARGE),
        (page, wrong, part) => wholePage(page, wrong, `${part}-${name}-large`, FORMS),
      ),
    )
  }
}
