/** @file Reads what builders write back into claims, by patterns of its own, and looks them up in a world. */
import { distance, inOrderFrom, isOnSide, isTowards, nearestTo } from './world'
import type { Being, World } from './world'

/** The nouns of the proof: as labels are, and in the plural where English has one. */
export const NOUNS = {
  en: new Map([
    ['dog', 'dogs'],
    ['cat', 'cats'],
    ['person', 'people'],
    ['man', 'men'],
    ['sheep', 'sheep'],
    ['knife', 'knives'],
    ['bus', 'buses'],
    ['puppy', 'puppies'],
    ['car', 'cars'],
    ['toy car', 'toy cars'],
    ['tree', 'trees']
  ]),
  'zh-CN': new Map(['狗', '猫', '人', '男人', '小狗', '汽车', '树', '书'].map((noun) => [noun, noun]))
} as const
export type Tongue = keyof typeof NOUNS

const longest = (words: Iterable<string>): string => [...words].toSorted((a, b) => b.length - a.length).join('|')
const EN_ONE = longest(NOUNS.en.keys())
const EN_ANY = longest([...NOUNS.en.keys(), ...NOUNS.en.values()])
const ZH = longest(NOUNS['zh-CN'].keys())
const EN_NUMBERS = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ')
const EN_ORDINALS = 'zeroth first second third fourth fifth'.split(' ')
const ZH_DIGITS = '零一二三四五六七八九十'

const labelOf = (noun: string): string =>
  [...NOUNS.en].find(([one, many]) => one === noun || many === noun)?.[0] ?? noun

export const numberOf = (word: string): number => {
  const place = EN_NUMBERS.indexOf(word.toLowerCase())
  if (place >= 0) return place
  if (word === '两') return 2
  const digit = word === '' ? -1 : ZH_DIGITS.indexOf(word)
  return digit >= 0 ? digit : Number(word)
}

const called = (world: World, noun: string): readonly Being[] =>
  world.beings.filter(({ names }) => names.has(labelOf(noun)))
const only = (world: World, noun: string): Being | null => {
  const [one, ...more] = called(world, noun)
  return one === undefined || more.length > 0 ? null : one
}

/** A colour fits, does not, or is not known. */
const coloured = (beings: readonly Being[], colour: string | undefined): readonly Being[] | null => {
  if (colour === undefined || colour === '') return beings
  return beings.some((being) => being.colour === null) ? null : beings.filter((being) => being.colour === colour)
}

const EXTREMES: Readonly<Record<string, string>> = {
  leftmost: 'left',
  rightmost: 'right',
  topmost: 'top',
  lowest: 'bottom',
  最左边的: 'left',
  最右边的: 'right',
  最上面的: 'top',
  最下面的: 'bottom'
}
const OF_TWO: Readonly<Record<string, string>> = {
  left: 'left',
  right: 'right',
  upper: 'top',
  lower: 'bottom',
  左边的: 'left',
  右边的: 'right',
  上面的: 'top',
  下面的: 'bottom'
}

interface Modifiers {
  readonly count: number | null
  readonly extreme?: string
  readonly ofTwo?: string
  readonly size?: 'largest' | 'smallest'
  readonly ordinal?: { readonly place: number; readonly side: string }
  readonly part?: string
  readonly beside?: { readonly side: string; readonly noun: string }
  readonly far?: { readonly isNear: boolean; readonly noun: string }
  readonly related?: { readonly predicate: string; readonly noun: string }
}

const RIDDLE = null

/** What is left of the candidates; null: the words say nothing that this world settles. */
function choose(world: World, candidates: readonly Being[] | null, said: Modifiers): readonly Being[] | null {
  const { extreme, ofTwo, size, ordinal, part, beside, far, related } = said
  let found = candidates
  // Places are looked at one by one: a thing whose colour nobody knows may still be elsewhere.
  if (found === null) return RIDDLE
  if (extreme !== undefined) found = nearestTo(found, extreme, said.count ?? 1)
  if (ofTwo !== undefined) found = found?.length === 2 ? (inOrderFrom(found, ofTwo)?.slice(0, 1) ?? RIDDLE) : RIDDLE
  if (size !== undefined) {
    const sorted = found?.toSorted((a, b) => (size === 'largest' ? b.area - a.area : a.area - b.area)) ?? []
    found = sorted.length > 1 ? sorted.slice(0, 1) : RIDDLE
  }
  if (ordinal !== undefined && found !== null)
    found = inOrderFrom(found, ordinal.side)?.slice(ordinal.place - 1, ordinal.place) ?? RIDDLE
  if (part !== undefined && found !== null) found = found.filter((being) => isTowards(world, being, part))
  if (beside !== undefined && found !== null) {
    const anchor = only(world, beside.noun)
    found = anchor === null ? RIDDLE : found.filter((being) => isOnSide(being, anchor, beside.side))
  }
  if (far !== undefined && found !== null) {
    const anchor = only(world, far.noun)
    const sign = far.isNear ? 1 : -1
    found =
      anchor === null
        ? RIDDLE
        : found.toSorted((a, b) => sign * (distance(a, anchor) - distance(b, anchor))).slice(0, 1)
  }
  if (related !== undefined && found !== null) {
    const anchor = only(world, related.noun)
    const said2 = world.relations.filter(
      ([, predicate, object]) => predicate === related.predicate && object === anchor?.id
    )
    found = anchor === null ? RIDDLE : found.filter(({ id }) => said2.some(([subject]) => subject === id))
  }
  return found
}

const EN_PLACE =
  '(?: (?:on the (?<half>left|right)|at the (?<row>top|bottom)|in the (?<corner>top left|top right|bottom left|bottom right|center))' +
  `|(?<side> to the left of| to the right of| above| below) the (?<anchor>${EN_ONE})` +
  `| (?<far>closest to|farthest from) the (?<pole>${EN_ONE})` +
  '| from the (?<from>left|right|top|bottom)' +
  `| (?<predicate>looking at|riding|that holds) the (?<object>${EN_ONE}))?`
const EN_EXPRESSION = new RegExp(
  `^(?<all>all )?(?:the )?(?:(?<number>${EN_NUMBERS.join('|')}) )?` +
    '(?:(?<extreme>leftmost|rightmost|topmost|lowest) )?(?:(?<oftwo>left|right|upper|lower) )?(?:(?<size>largest|smallest) )?' +
    `(?:(?<ordinal>${EN_ORDINALS.join('|')}) )?(?:(?<colour>red|brown|black) )?(?<noun>${EN_ANY})${EN_PLACE}$`,
  'i'
)

const ZH_MEASURE = '[个只条辆张把本头匹位名架艘棵朵台块件]'
const ZH_PARTS: Readonly<Record<string, string>> = {
  左上方: 'top left',
  上方: 'top',
  右上方: 'top right',
  左侧: 'left',
  中央: 'center',
  右侧: 'right',
  左下方: 'bottom left',
  下方: 'bottom',
  右下方: 'bottom right'
}
export const partOfChinese = (words: string): string | undefined => ZH_PARTS[words]
const ZH_SIDES: Readonly<Record<string, string>> = { 左边: 'left', 右边: 'right', 上方: 'top', 下方: 'bottom' }
const ZH_FROM: Readonly<Record<string, string>> = { 左: 'left', 右: 'right', 上: 'top', 下: 'bottom' }
const ZH_EXPRESSION = new RegExp(
  `^(?<all>所有的|这)?(?:(?:图片)?(?<part>${longest(Object.keys(ZH_PARTS))})的|(?<anchor>${ZH})(?<side>左边|右边|上方|下方)的` +
    `|离(?<pole>${ZH})最(?<far>近|远)的|从(?<from>[左右上下])数第(?<ordinal>[一二三四五])${ZH_MEASURE}` +
    `|(?<predicate>看着|骑着)(?<object>${ZH})的|(?<extreme>最[左右上下][边面]的)|(?<oftwo>[左右上下][边面]的)|(?<size>最[大小]的))?` +
    `(?:(?<number>[两三四五六七八九十]|\\d+)${ZH_MEASURE})?(?:(?<colour>[红棕黑])色的)?(?<noun>${ZH})$`
)

interface Read {
  readonly noun: string
  readonly colour: string | undefined
  readonly said: Modifiers
}

function readEnglish(words: string): Read | null {
  const g = EN_EXPRESSION.exec(words)?.groups
  if (g === undefined) return null
  const side = g['side']?.trim()
  return {
    noun: g['noun']?.toLowerCase() ?? '',
    colour: g['colour'],
    said: {
      count: g['number'] === undefined ? null : numberOf(g['number']),
      ...(g['extreme'] === undefined ? {} : { extreme: EXTREMES[g['extreme']] ?? '' }),
      ...(g['oftwo'] === undefined ? {} : { ofTwo: OF_TWO[g['oftwo']] ?? '' }),
      ...(g['size'] === undefined ? {} : { size: g['size'] as 'largest' }),
      ...(g['ordinal'] === undefined || g['from'] === undefined
        ? {}
        : { ordinal: { place: EN_ORDINALS.indexOf(g['ordinal']), side: g['from'] } }),
      ...((g['half'] ?? g['row'] ?? g['corner']) === undefined
        ? {}
        : { part: g['half'] ?? g['row'] ?? g['corner'] ?? '' }),
      ...(side === undefined
        ? {}
        : {
            beside: {
              side: side === 'above' ? 'top' : side === 'below' ? 'bottom' : (side.split(' ')[2] ?? ''),
              noun: g['anchor'] ?? ''
            }
          }),
      ...(g['far'] === undefined ? {} : { far: { isNear: g['far'] === 'closest to', noun: g['pole'] ?? '' } }),
      ...(g['predicate'] === undefined
        ? {}
        : { related: { predicate: g['predicate'].replace('that ', ''), noun: g['object'] ?? '' } })
    }
  }
}

function readChinese(words: string): Read | null {
  const g = ZH_EXPRESSION.exec(words)?.groups
  if (g === undefined) return null
  return {
    noun: g['noun'] ?? '',
    colour: g['colour'],
    said: {
      count: g['number'] === undefined ? null : numberOf(g['number']),
      ...(g['extreme'] === undefined ? {} : { extreme: EXTREMES[g['extreme']] ?? '' }),
      ...(g['oftwo'] === undefined ? {} : { ofTwo: OF_TWO[g['oftwo']] ?? '' }),
      ...(g['size'] === undefined ? {} : { size: g['size'] === '最大的' ? 'largest' : 'smallest' }),
      ...(g['ordinal'] === undefined
        ? {}
        : { ordinal: { place: ZH_DIGITS.indexOf(g['ordinal']), side: ZH_FROM[g['from'] ?? ''] ?? '' } }),
      ...(g['part'] === undefined ? {} : { part: ZH_PARTS[g['part']] ?? '' }),
      ...(g['side'] === undefined ? {} : { beside: { side: ZH_SIDES[g['side']] ?? '', noun: g['anchor'] ?? '' } }),
      ...(g['far'] === undefined ? {} : { far: { isNear: g['far'] === '近', noun: g['pole'] ?? '' } }),
      ...(g['predicate'] === undefined ? {} : { related: { predicate: g['predicate'], noun: g['object'] ?? '' } })
    }
  }
}

const isLone = (said: Modifiers): boolean => said.count === null

/**
 * Ids of what the words single out in a world, sorted; null: they are not understood, or not settled. A number in
 * the words must be the number of things.
 */
export function fits(world: World, words: string, tongue: Tongue): readonly string[] | null {
  const except = tongue === 'en' ? /^all the (.+) except (.+)$/.exec(words) : /^除了(.+)以外的所有(.+)$/.exec(words)
  if (except !== null) {
    const [, first = '', second = ''] = except
    const [many, one] = tongue === 'en' ? [`all the ${first}`, second] : [`所有的${second}`, first]
    const single =
      tongue === 'en' ? one.replace(/\bone\b/, labelOf(first.replace(/^(?:red|brown|black) (?!car)/, ''))) : one
    const [all, left] = [fits(world, many, tongue), fits(world, single, tongue)]
    return all === null || left?.length !== 1 ? null : all.filter((id) => !left.includes(id))
  }
  const read = tongue === 'en' ? readEnglish(words) : readChinese(words)
  if (read === null) return null
  const { noun, colour, said } = read
  const named = called(world, noun)
  const isPlaced = said.part !== undefined || said.beside !== undefined
  // What is elsewhere need not have a known colour.
  const placed = isPlaced ? choose(world, named, said) : named
  const tinted = placed === null ? null : coloured(placed, colour)
  const found = isPlaced ? tinted : choose(world, tinted, said)
  if (found === null) return null
  if (!isLone(said) && said.count !== found.length) return null
  return found.map(({ id }) => id).toSorted()
}

/** "two dogs", "a dog", "一只狗": the noun and how many; null: something else. */
export function readCounted(
  words: string,
  tongue: Tongue
): { readonly noun: string; readonly count: number | null } | null {
  if (tongue === 'en') {
    const match = new RegExp(`^(?:(an?|the|${EN_NUMBERS.join('|')}|\\d+) )?(${EN_ANY})$`, 'i').exec(words)
    if (match === null) return null
    const [, number, noun = ''] = match
    const isOne = number !== undefined && /^(?:an?|the)$/i.test(number)
    // The same word in either number says nothing.
    const isBare = number === undefined
    return { noun: labelOf(noun.toLowerCase()), count: isBare ? null : isOne ? 1 : numberOf(number) }
  }
  const match = new RegExp(`^(?:([一两三四五六七八九十]|\\d+)${ZH_MEASURE})?(${ZH})$`).exec(words)
  return match === null ? null : { noun: match[2] ?? '', count: match[1] === undefined ? null : numberOf(match[1]) }
}

export const allCalled = (world: World, noun: string): readonly string[] =>
  called(world, noun)
    .map(({ id }) => id)
    .toSorted()
