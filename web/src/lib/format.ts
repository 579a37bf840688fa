// SPDX-License-Identifier: MulanPSL-2.0
// How numbers, money, dates and spans of time are written on the page.

const plain = new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 2 })
const money = new Intl.NumberFormat('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

export const NOTHING = '—'

export function number(value: number | string | null | undefined): string {
  if (value === null || value === undefined || value === '') return NOTHING
  const n = Number(value)
  return Number.isFinite(n) ? plain.format(n) : String(value)
}

/** 12,345 stays; 123,456 becomes 12.3万: for charts and headlines, where the exact figure is one hover away. */
export function shortNumber(value: number): string {
  const size = Math.abs(value)
  if (size >= 1e8) return trimmed(value / 1e8) + '亿'
  if (size >= 1e5) return trimmed(value / 1e4) + '万'
  return plain.format(value)
}

function trimmed(n: number): string {
  return (Math.abs(n) >= 100 ? n.toFixed(0) : n.toFixed(1)).replace(/\.0$/, '')
}

/** 元 as a decimal text; digits are kept as sent, never through a float. */
export function yuan(value: string | null | undefined): string {
  if (!value) return NOTHING
  const match = /^(-?)(\d+)(?:\.(\d{1,2})\d*)?$/.exec(value)
  if (!match) return value
  if (match[2]!.length < 15) return money.format(Number(value)) + ' 元'
  return match[1] + match[2]!.replace(/\B(?=(\d{3})+$)/g, ',') + '.' + (match[3] ?? '').padEnd(2, '0') + ' 元'
}

export function percent(part: number, whole: number): string {
  if (!whole) return NOTHING
  const p = (part / whole) * 100
  if (p > 0 && p < 0.1) return '<0.1%'
  if (p < 100 && p > 99.9) return '>99.9%'
  return trimmed(p) + '%'
}

export function bytes(n: number): string {
  if (n < 1024) return `${n} 字节`
  const units = ['KB', 'MB', 'GB', 'TB']
  let size = n / 1024
  let unit = 0
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  return `${trimmed(size)} ${units[unit]}`
}

export function day(value: string | null | undefined): string {
  return value ? value.slice(0, 10) : NOTHING
}

/** The last day of a term. Its end is an instant; midnight is the end of the day before, which is the day people chose. */
export function lastDay(value: string | null | undefined): string {
  const on = day(value)
  return value && /T00:00:00(\.0+)?([+-]|Z|$)/.test(value) ? new Date(Date.parse(on) - 86_400_000).toISOString().slice(0, 10) : on
}

/** 2025-06-04 09:30 from an instant with its offset: shown as written, since the office and the server share a clock. */
export function minute(value: string | null | undefined): string {
  return value ? value.slice(0, 16).replace('T', ' ') : NOTHING
}

export function ago(value: string | null | undefined, now = Date.now()): string {
  if (!value) return ''
  const then = Date.parse(value)
  if (Number.isNaN(then)) return ''
  const s = Math.round((now - then) / 1000)
  if (s < 0) return ''
  if (s < 60) return '刚刚'
  if (s < 3600) return `${Math.floor(s / 60)} 分钟前`
  if (s < 86400) return `${Math.floor(s / 3600)} 小时前`
  if (s < 86400 * 60) return `${Math.floor(s / 86400)} 天前`
  return `${Math.floor(s / 86400 / 30)} 个月前`
}

export function seconds(value: number | null | undefined): string {
  if (value === null || value === undefined) return NOTHING
  if (value < 0.001) return '不到 1 毫秒'
  if (value < 1) return `${Math.round(value * 1000)} 毫秒`
  if (value < 60) return `${trimmed(value)} 秒`
  return `${Math.floor(value / 60)} 分 ${Math.round(value % 60)} 秒`
}
