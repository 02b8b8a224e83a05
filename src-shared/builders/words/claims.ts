/** @file Whether words that a person wrote claim something that boxes could contradict: a side, a number, a size. */

const ENGLISH =
  /\b(?:left|right|top|bottom|upper|lower|middle|cent(?:er|re)|above|below|closest|closer|nearest|farthest|furthest|first|second|third|last|largest|biggest|smallest|larger|smaller|bigger|tallest|all|both|only|every|other|another|one|two|three|four|five|six|seven|eight|nine|ten|\d+)\b|most\b/i
const CHINESE = /[左右上下中前后]|最|第|[两二三四五六七八九十\d]|所有|全部|唯一|另|其他/

export const claimsIn = (words: string): boolean => ENGLISH.test(words) || CHINESE.test(words)
