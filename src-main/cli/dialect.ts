/**
 * @file `eyrie dialect …`: JSON lines in, JSON lines out, over the dialects that are registered.
 * Coordinates are fractions of the line's `space`; an image is needed only where pixels are given or
 * asked for, or the space changes.
 */
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { AppError } from '../../src-shared/errors'
import { DIALECTS, findVariant } from '../../src-shared/dialects/registry'
import { fractionsOf, shapeFromFractions } from '../../src-shared/dialects/kit/coordinates'
import type {
  Dialect,
  DialectContext,
  DialectProfile,
  DialectSettings,
  DialectSpace
} from '../../src-shared/dialects/dialect'
import type { GroundedShape, ShapeKind } from '../../src-shared/geometry/region-shape'
import { coordinatesOf, isCoordinateCount } from '../../src-shared/geometry/shape'
import type { ImageSize } from '../../src-shared/geometry/space'
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

export type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Where a line gives no image, a square one: fractions of a space say what they mean without it. */
const SQUARE: ImageSize = { width: 1_000, height: 1_000 }

function sizeOf(value: unknown, name: string): ImageSize | null {
  if (value === undefined || value === null) return null
  const { width, height } = isFields(value) ? value : {}
  if (typeof width === 'number' && typeof height === 'number' && width > 0 && height > 0 && width + height < Infinity)
    return { width, height }
  throw bad(`its ${name} is no size ({"width": 640, "height": 480})`)
}

export interface Choice {
  readonly dialect: Dialect
  readonly space: DialectSpace
  readonly context: DialectContext
  /** What was assumed: a variant nobody knows is read by the official settings; pixels without a size are of a square. */
  readonly notes: readonly string[]
}

/** A setting that the profile does not have, or not with this value, is refused: it would do nothing, silently. */
function settingsOf({ id, settings = [] }: DialectProfile, given: unknown): DialectSettings {
  if (given === undefined || given === null) return {}
  if (!isFields(given)) throw bad('its settings are no object')
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const setting = settings.find((one) => one.id === name)
      const known = setting?.values.find((one) => one === value)
      if (setting !== undefined && known !== undefined) return [name, known]
      const choices = setting?.values.join(', ') ?? (settings.map((one) => one.id).join(', ') || 'none')
      throw bad(`${id} has no setting ${name} = ${JSON.stringify(value)} (it has: ${choices})`)
    })
  )
}

/** `variant` names a registered dialect of the system, or a choice of settings that its profile names. */
export function choose(vector: Fields): Choice {
  const { system: id, variant } = vector
  if (typeof id !== 'string') throw bad('it names no system')
  const found = findVariant(id, typeof variant === 'string' ? variant : undefined)
  const dialect = found?.dialect ?? needDialect(id)
  const settings = { ...found?.settings, ...settingsOf(dialect.profile, vector['settings']) }
  const given = vector['space']
  if (given !== undefined && given !== 'original' && given !== 'padded-square' && given !== 'resized')
    throw bad('its space is none of original, padded-square, resized')
  const space = given ?? dialect.profile.space
  const image = sizeOf(vector['image'], 'image')
  const resized = sizeOf(vector['resized'], 'resized')
  const isSizeAssumed = space === 'resized' && image === null && resized === null
  return {
    dialect,
    space,
    context: {
      image: image ?? SQUARE,
      ...(resized === null ? {} : { resized }),
      space,
      settings,
      mode: vector['mode'] === 'lenient' ? 'lenient' : 'strict'
    },
    notes: [...(found?.isKnown === false ? ['unknown-variant'] : []), ...(isSizeAssumed ? ['unknown-size'] : [])]
  }
}

export const bad = (reason: string): AppError =>
  new AppError('dialect/bad-input', `The line was not used: ${reason}.`, {
    nextStep: 'See eyrie dialect --help for the fields of a line.'
  })

/** Pixels of the upright original; what lies outside, in the padding of a square, is cut at its border. */
const pixelsOf = (shape: GroundedShape, { width, height }: ImageSize): readonly number[] =>
  coordinatesOf(shape).map((value, i) => {
    const side = i % 2 === 0 ? width : height
    return Math.min(Math.max(value * side, 0), side)
  })

/** Groups count the nodes that hold regions: one bracket, one group. */
export function parseVector(vector: Fields): object {
  const { id = null, text: source } = vector
  if (typeof source !== 'string') throw bad('it has no text')
  const { dialect, space, context, notes } = choose(vector)
  const { tree, diagnostics } = dialect.parse(source, context)
  const shapes = new Map(tree.regions.map((region) => [region.id, region.shape]))
  const regions: object[] = []
  let group = 0
  visitNodes(tree.children, (node) => {
    if (node.type !== 'phrase' && node.type !== 'mention') return
    const words = node.type === 'phrase' ? plainText(node.children) : null
    node.regionIds.forEach((regionId, i) => {
      const shape = shapes.get(regionId)
      if (shape === undefined) return
      const role = node.type === 'phrase' ? node.roles?.[i] : undefined
      regions.push({
        kind: shape.type === 'coded-mask' ? 'mask' : shape.type,
        coords: fractionsOf(shape, space, context),
        ...(vector['image'] === undefined || vector['image'] === null
          ? {}
          : { pixels: pixelsOf(shape, context.image) }),
        phrase: words,
        group,
        ...(role === undefined ? {} : { role }),
        ...(shape.type === 'coded-mask' ? { codes: shape.codes } : {})
      })
    })
    if (node.regionIds.length > 0) group++
  })
  const issues = diagnostics.map(({ code, position }) => ({
    code: code.replace(/^dialect\//, ''),
    start: position?.start ?? null,
    end: position?.end ?? null
  }))
  return { id, regions, issues: [...issues, ...notes.map((code) => ({ code, start: null, end: null }))] }
}

const KINDS: Readonly<Record<string, ShapeKind>> = {
  box: 'box',
  point: 'point',
  quad: 'quad',
  polygon: 'polygon',
  polyline: 'polyline',
  mask: 'coded-mask'
}

const numbersOf = (value: unknown): readonly number[] =>
  Array.isArray(value) && value.every((v): v is number => typeof v === 'number' && Number.isFinite(v)) ? value : []

/** `coords` are fractions of the space; `pixels` of the original come first, since the source's arithmetic begins there. */
export function shapeOf(
  value: unknown,
  { space, context }: Pick<Choice, 'space' | 'context'>
): { shape: GroundedShape; pixels: readonly number[] | null } {
  const { kind, coords, pixels: given, codes } = isFields(value) ? value : {}
  const known = typeof kind === 'string' && Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined
  const pixels = numbersOf(given)
  if (known !== undefined && isCoordinateCount(known, pixels.length)) {
    const { width, height } = context.image
    const fractions = pixels.map((pixel, i) => pixel / (i % 2 === 0 ? width : height))
    return { shape: shapeFromFractions(known, fractions, 'original', context, numbersOf(codes)), pixels }
  }
  const numbers = numbersOf(coords)
  if (known === undefined || !isCoordinateCount(known, numbers.length))
    throw bad(`a region has no known kind or not its count of numbers (${JSON.stringify(kind)})`)
  return { shape: shapeFromFractions(known, numbers, space, context, numbersOf(codes)), pixels: null }
}

interface Given {
  readonly tree: GroundedText
  readonly pixels: ReadonlyMap<string, readonly number[]>
}

function treeOf(vector: Fields, choice: Choice): Given {
  const expect = isFields(vector['expect']) ? vector['expect'] : {}
  const given = Array.isArray(expect['regions']) ? (expect['regions'] as unknown[]) : []
  const pixels = new Map<string, readonly number[]>()
  // In a vector of both directions the pixels are what is read back, not what was written.
  const hasSourcePixels = vector['direction'] !== 'both' && isFields(vector['image'])
  const regions = given.map((region, i) => {
    const id = `r${i}`
    const source = hasSourcePixels || !isFields(region) ? region : { ...region, pixels: null }
    const made = shapeOf(source, choice)
    if (made.pixels !== null) pixels.set(id, made.pixels)
    return { id, shape: made.shape }
  })
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
    return { tree: groundedText(nodes, regions), pixels }
  }
  const ids = regions.map(({ id }) => id)
  const [first] = given
  const words = isFields(first) ? first['phrase'] : null
  const label = typeof words === 'string' && words !== '' ? phrase(words, ids) : mention(ids)
  return { tree: groundedText(ids.length === 0 ? [] : [label], regions), pixels }
}

export function formatVector(vector: Fields): object {
  const choice = choose(vector)
  const { tree, pixels } = treeOf(vector, choice)
  const { text: printed, losses } = choice.dialect.print(tree, { ...choice.context, pixels })
  const notes = choice.notes.length > 0 ? { issues: choice.notes } : {}
  return { id: vector['id'] ?? null, text: printed, losses, ...notes }
}

/** How the other dialect is written; what is left out is its official choice. */
export interface ConvertTarget {
  readonly to: string
  readonly variant?: string
  readonly space?: string
}

/** What was wrong with the source comes along as `issues`. */
export function convertVector(vector: Fields, { to, variant, space }: ConvertTarget): object {
  const { text: source, image } = vector
  if (typeof source !== 'string') throw bad('it has no text')
  const from = choose(vector)
  const { tree, diagnostics } = from.dialect.parse(source, from.context)
  // The size that the source's network saw is not the size that the target's will see.
  const { dialect, context, notes } = choose({ system: to, variant, space, image })
  // Without an image, one padded square is the other: fractions stay what they are.
  const target = isFields(image) || space !== undefined ? context : { ...context, space: from.space }
  const { text: printed, losses } = dialect.print(tree, target)
  const issues = [...diagnostics.map(({ code }) => code.replace(/^dialect\//, '')), ...from.notes, ...notes]
  return { id: vector['id'] ?? null, text: printed, losses, issues }
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
