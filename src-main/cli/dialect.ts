/**
 * @file `eyrie dialect …`: JSON lines in, JSON lines out, over the dialects that are registered.
 * Coordinates are fractions of the vector's `space`; no image is needed, because a space says what
 * its fractions mean.
 */
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { AppError } from '../../src-shared/errors'
import { DIALECTS, findDialect } from '../../src-shared/dialects/registry'
import type { Dialect, DialectContext } from '../../src-shared/dialects/dialect'
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import { coordinatesOf } from '../../src-shared/geometry/shape'
import { normalizedBox, normalizedPoint } from '../../src-shared/geometry/space'
import { groundedText, mention, phrase, text } from '../../src-shared/grounded/build'
import type { GroundedNode, GroundedText } from '../../src-shared/grounded/nodes'
import { plainText } from '../../src-shared/grounded/plain-text'
import { visitNodes } from '../../src-shared/grounded/visit'
import { needDialect } from '../core/models'
import { note, printJson, printTable } from './output'
import type { Streams } from './output'

export function listDialects(json: boolean, streams: Streams): void {
  const profiles = DIALECTS.map(({ profile }) => profile)
  if (json) printJson(streams, profiles)
  else
    printTable(
      streams,
      profiles.map(({ id, name, space, kinds }) => [id, name, space, kinds.join(', ')])
    )
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A vector is worked on in its own space: written and read as they are, on a square canvas where both agree. */
const SQUARE: DialectContext = { image: { width: 1_000, height: 1_000 }, space: 'original' }

const contextOf = (vector: Fields): DialectContext => ({
  ...SQUARE,
  mode: vector['mode'] === 'lenient' ? 'lenient' : 'strict'
})

/** `variant` names a registered dialect of the system: `shikra` with variant `token` is `shikra-token`. */
function dialectOf(vector: Fields): Dialect {
  const { system, variant } = vector
  if (typeof system !== 'string') throw bad('it names no system')
  const exact = typeof variant === 'string' ? findDialect(`${system}-${variant}`) : null
  return exact ?? needDialect(system)
}

const bad = (reason: string): AppError =>
  new AppError('dialect/bad-input', `The line was not used: ${reason}.`, {
    nextStep: 'See eyrie dialect --help for the fields of a line.'
  })

/** Groups count the nodes that hold regions: one bracket, one group. */
export function parseVector(vector: Fields): object {
  const { id = null, text: source } = vector
  if (typeof source !== 'string') throw bad('it has no text')
  const { tree, diagnostics } = dialectOf(vector).parse(source, contextOf(vector))
  const shapes = new Map(tree.regions.map((region) => [region.id, region.shape]))
  const regions: object[] = []
  let group = 0
  visitNodes(tree.children, (node) => {
    if (node.type !== 'phrase' && node.type !== 'mention') return
    const words = node.type === 'phrase' ? plainText(node.children) : null
    for (const regionId of node.regionIds) {
      const shape = shapes.get(regionId)
      if (shape === undefined) continue
      const coords = coordinatesOf(shape)
      regions.push({ kind: shape.type, coords, phrase: words, group })
    }
    if (node.regionIds.length > 0) group++
  })
  const issues = diagnostics.map(({ code, position }) => ({
    code: code.replace(/^dialect\//, ''),
    start: position?.start ?? null,
    end: position?.end ?? null
  }))
  return { id, regions, issues }
}

function shapeOf(value: unknown): RegionShape {
  const { kind, coords } = isFields(value) ? value : {}
  const numbers =
    Array.isArray(coords) && coords.every((v): v is number => typeof v === 'number' && Number.isFinite(v)) ? coords : []
  const [a = 0, b = 0, c = 0, d = 0] = numbers
  if (kind === 'box' && numbers.length === 4) return { type: 'box', box: normalizedBox(a, b, c, d) }
  if (kind === 'point' && numbers.length === 2) return { type: 'point', point: normalizedPoint(a, b) }
  throw bad(`a region is neither a box of 4 nor a point of 2 numbers (${JSON.stringify(kind)})`)
}

function treeOf(vector: Fields): GroundedText {
  const expect = isFields(vector['expect']) ? vector['expect'] : {}
  const given = Array.isArray(expect['regions']) ? (expect['regions'] as unknown[]) : []
  const regions = given.map((region, i) => ({ id: `r${i}`, shape: shapeOf(region) }))
  const idsOf = (indexes: unknown): string[] =>
    (Array.isArray(indexes) ? (indexes as unknown[]) : []).map((index) => {
      const region = typeof index === 'number' ? regions[index] : undefined
      if (region === undefined) throw bad(`a segment points at region ${JSON.stringify(index)}, which is not given`)
      return region.id
    })
  const { segments } = vector
  if (Array.isArray(segments)) {
    const nodes = (segments as unknown[]).map((segment): GroundedNode => {
      if (typeof segment === 'string') return text(segment)
      if (!isFields(segment)) throw bad('a segment is neither words nor a phrase with regions')
      const ids = idsOf(segment['regions'])
      return typeof segment['phrase'] === 'string' ? phrase(segment['phrase'], ids) : mention(ids)
    })
    return groundedText(nodes, regions)
  }
  const ids = regions.map(({ id }) => id)
  const [first] = given
  const words = isFields(first) ? first['phrase'] : null
  return groundedText(
    ids.length === 0 ? [] : [typeof words === 'string' && words !== '' ? phrase(words, ids) : mention(ids)],
    regions
  )
}

const print = (id: unknown, dialect: Dialect, tree: GroundedText): object => {
  const { text: printed, losses } = dialect.print(tree, SQUARE)
  return { id: id ?? null, text: printed, losses }
}

export const formatVector = (vector: Fields): object => print(vector['id'], dialectOf(vector), treeOf(vector))

/** `to`: id of a registered dialect. What was wrong with the source comes along as `issues`. */
export function convertVector(vector: Fields, to: string): object {
  const { text: source } = vector
  if (typeof source !== 'string') throw bad('it has no text')
  const { tree, diagnostics } = dialectOf(vector).parse(source, contextOf(vector))
  return {
    ...print(vector['id'], needDialect(to), tree),
    issues: diagnostics.map(({ code }) => code.replace(/^dialect\//, ''))
  }
}

/** One JSON value per line. A bad line is named and the others are done; resolves to whether all were. */
export async function eachLine(streams: Streams, work: (vector: Fields) => object): Promise<boolean> {
  let lineNumber = 0
  let isAllGood = true
  for await (const line of createInterface({ input: Readable.from(streams.input), crlfDelay: Infinity })) {
    lineNumber++
    if (line.trim() === '') continue
    try {
      let vector: unknown
      try {
        vector = JSON.parse(line.replace(/^\uFEFF/, ''))
      } catch (cause) {
        throw bad(`it is not JSON (${cause instanceof Error ? cause.message : 'no reason'})`)
      }
      if (!isFields(vector)) throw bad('it is not an object')
      streams.out(`${JSON.stringify(work(vector))}\n`)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      isAllGood = false
      note(streams, `eyrie: line ${lineNumber}: ${error.message} ${error.nextStep ?? ''}`)
    }
  }
  return isAllGood
}
