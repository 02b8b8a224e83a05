/** @file What Chinese words claim: how many, which side, which size. */
import type { Side, SideClaim } from './english'

const DIGITS = '零一二三四五六七八九十'
const MEASURE = '[个只条辆张把本头匹位名架艘棵朵台块件杯瓶盏座扇根颗幅面顶片支枝]'
const NUMBER = `([一二两三四五六七八九十]|十[一二]|\\d{1,2})`
const COUNT = new RegExp(`^(?:这|那|有|共有)?${NUMBER}${MEASURE}`)

const numberOf = (word: string): number => {
  if (word === '两') return 2
  if (word.length === 2 && word.startsWith('十')) return 10 + DIGITS.indexOf(word.slice(1))
  const index = DIGITS.indexOf(word)
  return index >= 0 ? index : Number(word)
}

/** “一只狗” says nothing, as "a dog" does. */
export function countIn(words: string): number | null {
  const found = COUNT.exec(words)?.[1]
  const count = found === undefined ? null : numberOf(found)
  return count === 1 ? null : count
}

const SIDES: readonly (readonly [RegExp, Side, boolean])[] = [
  [/最左/, 'left', true],
  [/最右/, 'right', true],
  [/最(?:上|顶)/, 'top', true],
  [/最(?:下|底)/, 'bottom', true],
  [/^左(?:边|侧|方|面)?的/, 'left', false],
  [/^右(?:边|侧|方|面)?的/, 'right', false],
  [/^(?:上(?:边|方|面)|顶部)的/, 'top', false],
  [/^(?:下(?:边|方|面)|底部)的/, 'bottom', false]
]
export function sideIn(words: string): SideClaim | null {
  for (const [pattern, side, isExtreme] of SIDES) if (pattern.test(words)) return { side, isExtreme }
  return null
}

export function extremeSizeIn(words: string): 'largest' | 'smallest' | null {
  if (words.includes('最大')) return 'largest'
  return words.includes('最小') ? 'smallest' : null
}

/** “A 在 B 的左边”: from the words between A and B and those after B. */
export function relationIn(between: string, after: string): Side | null {
  if (!/^\s*(?:位于|在)\s*$/.test(between)) return null
  const side = /^\s*的?([左右上下])(?:边|侧|方|面)/.exec(after)?.[1]
  return side === undefined ? null : ({ 左: 'left', 右: 'right', 上: 'top', 下: 'bottom' } as const)[side as '左']
}

export const MIRRORED = /[左右]|顺时针|逆时针/
export const HAN = /\p{Script=Han}/u
