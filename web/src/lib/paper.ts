// SPDX-License-Identifier: MulanPSL-2.0
// Copying and printing what is shown only once. What was printed leaves the page again with the print dialog.
import { useNotices } from '../stores/notices'

export async function copyText(text: string, what: string): Promise<void> {
  const notices = useNotices()
  try {
    await navigator.clipboard.writeText(text)
    notices.say(`已复制${what}。`)
  } catch {
    notices.say('浏览器不允许复制，请用打印，或者手工抄下。', { kind: 'failed' })
  }
}

/** A plain sheet with a heading, lines and a remark at its foot. */
export function printLines(heading: string, lines: string[], foot: string): void {
  const sheet = document.createElement('div')
  sheet.className = 'print-sheet'
  const add = (tag: string, text: string): void => {
    const e = document.createElement(tag)
    e.textContent = text
    sheet.append(e)
  }
  add('h1', heading)
  for (const line of lines) add('p', line)
  add('p', foot)
  document.body.append(sheet)
  document.body.classList.add('printing')
  window.print()
  document.body.classList.remove('printing')
  sheet.remove()
}
