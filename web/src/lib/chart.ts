// SPDX-License-Identifier: MulanPSL-2.0
// The parts of ECharts we draw with, and the options for our two kinds of chart. Fetched only when a chart is on the page.
import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, TooltipComponent } from 'echarts/components'
import { init, use, type EChartsCoreOption, type EChartsType } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { shortNumber } from './format'

use([BarChart, LineChart, GridComponent, TooltipComponent, SVGRenderer])

export { init, type EChartsType }

export interface Bar {
  name: string
  value: number
  /** Shown on hover. */
  detail?: string
}

export interface Line {
  name: string
  values: number[]
  quiet?: boolean
}

interface Colours {
  text: string
  quiet: string
  line: string
  accent: string
  surface: string
  font: string
  size: number
}

export function coloursOf(element: HTMLElement): Colours {
  const style = getComputedStyle(element)
  const of = (name: string): string => style.getPropertyValue(name).trim()
  return {
    text: of('--text'),
    quiet: of('--text-3'),
    line: of('--line'),
    accent: of('--brand'),
    surface: of('--surface'),
    font: style.fontFamily,
    size: Math.round(parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.9),
  }
}

function shared(c: Colours): EChartsCoreOption {
  return {
    animation: false,
    textStyle: { fontFamily: c.font, fontSize: c.size, color: c.text },
    tooltip: {
      backgroundColor: c.surface,
      borderColor: c.line,
      textStyle: { color: c.text, fontSize: c.size, fontFamily: c.font },
      confine: true,
      transitionDuration: 0,
    },
  }
}

/** Lying bars with the name at the left and the figure at the end of the bar. */
export function barOptions(bars: Bar[], c: Colours, width: number): EChartsCoreOption {
  const nameWidth = Math.min(Math.max(...bars.map((b) => b.name.length), 4) * c.size + 12, width * 0.42)
  return {
    ...shared(c),
    grid: { left: nameWidth + 8, right: c.size * 5, top: 4, bottom: 4 },
    xAxis: { type: 'value', show: false },
    yAxis: {
      type: 'category',
      inverse: true,
      data: bars.map((b) => b.name),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: c.text, fontSize: c.size, width: nameWidth, overflow: 'truncate', interval: 0, triggerEvent: true },
      triggerEvent: true,
    },
    tooltip: {
      ...(shared(c)['tooltip'] as object),
      trigger: 'item',
      formatter: (p: { dataIndex: number }) => {
        const bar = bars[p.dataIndex]
        return bar ? plain(bar.detail ?? `${bar.name}：${bar.value.toLocaleString('zh-CN')}`) : ''
      },
    },
    series: [
      {
        type: 'bar',
        data: bars.map((b) => b.value),
        barWidth: '56%',
        barMaxWidth: 20,
        itemStyle: { color: c.accent, borderRadius: [0, 2, 2, 0] },
        label: { show: true, position: 'right', color: c.text, fontSize: c.size, formatter: (p: { value: number }) => shortNumber(p.value) },
        cursor: 'pointer',
      },
    ],
  }
}

/* Months of one year by their number; over more than a year with it. */
const dayWords = (d: string, count: number): string => (d.length > 7 ? d.slice(5) : count > 12 ? d.slice(2) : `${Number(d.slice(5))}月`)

/** Lines over days; the quiet ones dashed and grey. Each line's name stands at its end. */
export function lineOptions(days: string[], lines: Line[], c: Colours): EChartsCoreOption {
  return {
    ...shared(c),
    grid: { left: c.size * 3.6, right: c.size * 3, top: 16, bottom: c.size * 2.2 },
    xAxis: {
      type: 'category',
      data: days,
      boundaryGap: days.length < 2,
      axisLine: { lineStyle: { color: c.line } },
      axisTick: { show: false },
      axisLabel: { color: c.quiet, fontSize: c.size, hideOverlap: true, formatter: (d: string) => dayWords(d, days.length) },
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      splitNumber: 4,
      splitLine: { lineStyle: { color: c.line } },
      axisLabel: { color: c.quiet, fontSize: c.size, formatter: (v: number) => shortNumber(v) },
    },
    tooltip: {
      ...(shared(c)['tooltip'] as object),
      trigger: 'axis',
      formatter: (p: { dataIndex: number }[]) => {
        const at = p[0]?.dataIndex ?? 0
        return [days[at] ?? '', ...lines.map((l) => `${l.name}：${(l.values[at] ?? 0).toLocaleString('zh-CN')}`)].map(plain).join('<br>')
      },
    },
    series: lines.map((l) => ({
      type: 'line',
      name: l.name,
      data: l.values,
      symbol: 'circle',
      symbolSize: days.length > 40 ? 0 : 5,
      showSymbol: days.length <= 40,
      lineStyle: { width: l.quiet ? 1.5 : 2, type: l.quiet ? 'dashed' : 'solid', color: l.quiet ? c.quiet : c.accent },
      itemStyle: { color: l.quiet ? c.quiet : c.accent },
      endLabel: { show: true, formatter: l.name, color: l.quiet ? c.quiet : c.accent, fontSize: c.size },
      labelLayout: { moveOverlap: 'shiftY' },
    })),
  }
}

function plain(text: string): string {
  return text.replace(/[&<>"]/g, (m) => `&#${m.charCodeAt(0)};`).replace(/\n/g, '<br>')
}
