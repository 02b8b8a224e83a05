/** @file CogVLM: thousandths of three digits in double brackets, several boxes in one pair. */
import { integer, separated, sequence } from '../grammar'
import type { BracketBody, BracketTuple } from '../kit/bracket-group'
import { bracketDialect } from '../kit/bracket-list'
import { gridCodec, truncated } from '../kit/coordinates'
import { COGVLM_PROFILE, DIGITS, MAX } from './profile'

const OFFICIAL = /^\d+(?:,\d+)*$/
const EXACT = /^\d{3}(?:,\d{3})*$/
const READABLE = /^[-+]?\d+$/
/** A pair of brackets without another pair inside; longer ones are prose. */
const LOOSE_BODY = /(?:[^[\]<]|\[(?!\[)|<(?!\/s>)){0,512}/y

function readBody(body: string): BracketBody {
  const tuples = body.split(';').map((part): BracketTuple => {
    const compact = part.replace(/\s+/g, '')
    return {
      numbers: compact.split(',').map((number) => (READABLE.test(number) ? Number(number) : NaN)),
      isOfficial: OFFICIAL.test(part),
      isExactWidth: EXACT.test(compact)
    }
  })
  return {
    tuples,
    hasWhitespace: /\s/.test(body),
    isIntegers: !body.includes('.'),
    isLastNumberComplete: /\d{3}$|\d[\s,;]+$/.test(body),
    arity: null
  }
}

const number = integer(0, MAX, DIGITS)
const box = sequence(number, ',', number, ',', number, ',', number)

export const cogVlm = bracketDialect({
  profile: COGVLM_PROFILE,
  codec: gridCodec({
    profile: COGVLM_PROFILE,
    quantise: () => truncated(1000),
    max: () => MAX,
    decode: (value) => value / 1000
  }),
  open: '[[',
  close: ']]',
  rule: { arities: [4], max: MAX, numbers: 'integers', dropsSingly: true },
  readBody,
  gaps: [],
  brackets: (regions) => [
    `[[${regions.map(({ numbers }) => numbers.map((value) => String(value).padStart(DIGITS, '0')).join(',')).join(';')}]]`
  ],
  bracketGrammar: sequence('[[', separated(box, ';'), ']]'),
  harmless: { '[': '(', ']': ')', '<': '(' },
  looseBody: LOOSE_BODY
})
