// SPDX-License-Identifier: MulanPSL-2.0
// A model may ask several questions (rules). Its sentences come in one list; each rule begins with the rows it starts from.
export interface RuleOf<T> {
  title: string
  steps: T[]
}

interface Said {
  sentence: string
}

export function byRule<T extends Said>(items: readonly T[], begins: (item: T) => boolean): RuleOf<T>[] {
  const rules: RuleOf<T>[] = []
  for (const item of items) {
    const [, title, rest] = /^〔(.+?)〕(.*)$/su.exec(item.sentence) ?? []
    if (begins(item) || rules.length === 0) rules.push({ title: title ?? '', steps: [] })
    rules[rules.length - 1]!.steps.push(title && begins(item) ? { ...item, sentence: rest ?? '' } : item)
  }
  return rules
}
