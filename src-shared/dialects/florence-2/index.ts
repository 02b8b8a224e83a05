/** @file Florence-2: labels and runs of numbers; the task says what a run is. */
import type { Dialect, DialectContext, PrintResult } from '../dialect'
import type { GroundedText } from '../../grounded/nodes'
import type { ShapeKind } from '../../geometry/region-shape'
import { choice, integer, literal, optional, repeat, separated, sequence, words } from '../grammar'
import type { Grammar } from '../grammar'
import { ItemStream, parseItems } from '../kit/item-stream'
import { printTree } from '../kit/printer'
import type { PrintSpec } from '../kit/printer'
import { runText } from '../kit/token-run'
import { LAST_BIN, florence2Codec } from './codec'
import { fitTree } from './fit'
import { FLORENCE2_PROFILE, answerOf } from './profile'
import type { Florence2Answer } from './profile'
import { LOC, POLYGON_BETWEEN, POLYGON_CLOSE, POLYGON_OPEN, STOP_TOKENS, florence2Reader } from './read'

/** What a label must not hold, so that every reader takes it whole. */
const RESERVED = ['<', '\n', '\r']

const KINDS: Readonly<Record<Florence2Answer, readonly ShapeKind[]>> = {
  boxes: ['box', 'polygon'],
  quads: ['quad'],
  polygons: ['polygon']
}

const printingOf = (answer: Florence2Answer): PrintSpec => ({
  reader: florence2Reader,
  codec: florence2Codec,
  kinds: KINDS[answer],
  harmless: { '<': '(', '\n': ' ', '\r': ' ' },
  reserved: RESERVED,
  group(inside, regions) {
    const runs = regions.map(({ numbers }) => runText(LOC, numbers))
    if (regions[0]?.kind !== 'polygon') return (inside ?? '') + runs.join('')
    const polygons = runs.join(POLYGON_BETWEEN)
    return (inside ?? '') + (answer === 'boxes' ? POLYGON_OPEN + polygons + POLYGON_CLOSE : polygons)
  },
  emptyPhrase: null,
  separator: () => '',
  isOneRegionEach: answer === 'quads'
})
const PRINTING = { boxes: printingOf('boxes'), quads: printingOf('quads'), polygons: printingOf('polygons') } as const

function print(given: GroundedText, context: DialectContext): PrintResult {
  const answer = answerOf(context.settings)
  const { tree, losses, origins } = fitTree(given, answer)
  const printed = printTree(PRINTING[answer], tree, context)
  const traced = printed.losses.map(({ path, ...loss }) => {
    const [first = 0, ...rest] = path
    return { ...loss, path: [origins[first] ?? first, ...rest] }
  })
  return { text: printed.text, losses: [...losses, ...traced] }
}

const loc = sequence(LOC.prefix, integer(0, LAST_BIN), LOC.suffix)
const box = repeat(loc, 4, 4)
const polygons = separated(repeat(sequence(loc, loc), 3), POLYGON_BETWEEN)
const label = words(RESERVED)
const BOXES = choice(repeat(box, 1), sequence(POLYGON_OPEN, polygons, POLYGON_CLOSE))
const tail = sequence(optional(words(['<'])), repeat(choice(...STOP_TOKENS.map(literal))))

/** The official reader gives no quad without a label. */
const REGIONS: Readonly<Record<Florence2Answer, Grammar>> = {
  boxes: sequence(optional(label), BOXES),
  quads: sequence(label, repeat(loc, 8, 8)),
  polygons: sequence(optional(label), polygons)
}
const ANSWERS: Readonly<Record<Florence2Answer, Grammar>> = {
  boxes: sequence(optional(BOXES), repeat(sequence(label, BOXES)), tail),
  quads: sequence(repeat(REGIONS.quads), tail),
  polygons: sequence(optional(polygons), repeat(sequence(label, polygons)), tail)
}

export const florence2: Dialect = {
  profile: FLORENCE2_PROFILE,
  parse: (source, context) => parseItems(florence2Reader, source, context),
  print,
  stream: (context) => new ItemStream(florence2Reader, context),
  grammar: ({ form = 'answer', settings } = {}) => (form === 'regions' ? REGIONS : ANSWERS)[answerOf(settings)]
}
