// SPDX-License-Identifier: MulanPSL-2.0
// Chinese words for the few codes the server sends as codes.
const how: Record<string, string> = {
  title: '按名称',
  code: '按标准代码',
  alias: '按别名',
  near: '名称相近，请核对',
  saved: '按保存的对应关系',
  manual: '手工指定',
}

export const howMatched = (code: string | null | undefined): string => (code ? (how[code] ?? code) : '')

/** Formats whose encoding may be chosen. */
export const isTextFormat = (format: string): boolean => /^(csv|json)$/i.test(format)
