import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCli } from './program'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'eyrie-evaluate-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

async function evaluate(task: string, truth: readonly object[], pred: readonly object[], ...options: string[]) {
  const lines = (records: readonly object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('')
  await writeFile(join(folder, 'truth.jsonl'), lines(truth))
  await writeFile(join(folder, 'pred.jsonl'), lines(pred))
  let [out, err] = ['', '']
  const files = ['--truth', join(folder, 'truth.jsonl'), '--pred', join(folder, 'pred.jsonl')]
  const code = await runCli(['evaluate', task, ...files, ...options], {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    input: (async function* () {})(),
    isErrTerminal: false
  })
  return { code, out, err }
}

const truth = [
  { id: 'a', box: [0, 0, 100, 100], width: 200, height: 100 },
  { id: 2, box: [10, 10, 20, 20], width: 200, height: 100 }
]
const pred = [
  { id: '2', box: null },
  { id: 'a', box: [0, 0, 100, 50] }
]

describe('what every task shares', () => {
  test('lines belong together by id, in any order; the JSON names task and protocol', async () => {
    const ran = await evaluate('rec', truth, pred, '--json')
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(ran.out)).toEqual({
      ...{ task: 'rec', protocol: 'studio', samples: 2 },
      groups: {
        all: {
          ...{ samples: 2, withoutBox: 1, accuracy: 0.5, accuracyAt50: 0.5, accuracyAbove50: 0 },
          ...{ accuracyAt75: 0, meanIou: 0.25 }
        }
      }
    })
    const strict = await evaluate('rec', truth, pred, '--json', '--protocol', 'shikra')
    expect(JSON.parse(strict.out)).toMatchObject({ protocol: 'shikra', groups: { all: { accuracy: 0 } } })
  })

  test('prints a table with the protocol in its head', async () => {
    const { out } = await evaluate('rec', truth, pred, '--protocol', 'minigpt-v2')
    expect(out).toMatch(/^rec \(minigpt-v2\) +all\n/)
    expect(out).toMatch(/^accuracy +0\.5000$/m)
  })

  test('a missing, a surplus and a repeated id are errors by name', async () => {
    const ran = await evaluate('rec', truth, [pred[1] ?? {}, { id: 'x', box: null }, { id: 'x', box: null }])
    expect(ran).toMatchObject({ code: 1, out: '' })
    expect(ran.err).toContain('ids that come twice: x; no prediction for 2; no truth for x.')
    expect((await evaluate('rec', [], [])).err).toContain('nothing to score')
  })

  test('a broken line is named with what a line holds, a file that is not there too', async () => {
    const broken = await evaluate('rec', truth, [{ id: 'a', box: [0, 0, 1] }])
    expect(broken.code).toBe(1)
    expect(broken.err).toMatch(/pred\.jsonl, line 1: box/)
    expect(broken.err).toContain('A line holds {id, box: [x0, y0, x1, y1] | null}.')
    const sizeless = [{ id: 'a', box: [0, 0, 1, 1] }]
    expect((await evaluate('rec', sizeless, pred, '--protocol', 'shikra')).err).toMatch(/truth\.jsonl, line 1: width/)
    expect((await evaluate('rec', truth, pred, '--pred', join(folder, 'none'))).err).toContain('cannot be read')
  })

  test('an unknown protocol and a missing option are wrong usage', async () => {
    const unknown = await evaluate('pope', [], [], '--protocol', 'mine')
    expect(unknown.code).toBe(2)
    expect(unknown.err).toContain('official')
    expect((await evaluate('nonsense', [], [])).code).toBe(2)
  })
})

describe('tasks', () => {
  const all = async (...args: Parameters<typeof evaluate>): Promise<unknown> => {
    const ran = await evaluate(...args, '--json')
    expect(ran.err).toBe('')
    return (JSON.parse(ran.out) as { groups: { all: unknown } }).groups.all
  }

  test('pope', async () => {
    const labels = [
      { id: 1, label: 'yes' },
      { id: 2, label: 'no' }
    ]
    const answers = [
      { id: 1, answer: 'Yes.' },
      { id: 2, answer: 'NO' }
    ]
    expect(await all('pope', labels, answers)).toMatchObject({ accuracy: 0.5, precision: 0.5, recall: 1, yesRatio: 1 })
    expect((await evaluate('pope', [{ id: 1, label: 'maybe' }], answers)).err).toMatch(/line 1: label/)
  })

  test.each([
    ['first-integer', { answer: 'I see 4 dogs.' }, { exact: 0, offByOne: 1, meanAbsoluteError: 1 }],
    ['count', { count: null }, { exact: 0, withoutNumber: 1, meanAbsoluteError: 3 }],
    ['boxes', { boxes: Array.from({ length: 3 }, () => [0, 0, 1, 1]) }, { exact: 1 }]
  ])('counting by %s', async (protocol, said, expected) => {
    expect(await all('counting', [{ id: 1, count: 3 }], [{ id: 1, ...said }], '--protocol', protocol)).toMatchObject(
      expected
    )
  })

  test('pointqa', async () => {
    const sides = [[{ id: 1, answer: 'The answer is red.' }], [{ id: 1, answer: 'the answer is Red' }]] as const
    expect(await all('pointqa', ...sides)).toMatchObject({ accuracy: 1 })
    expect(await all('pointqa', ...sides, '--protocol', 'shikra')).toMatchObject({ accuracy: 0, unreadableAnswers: 1 })
  })

  test('grounding, by type of phrase', async () => {
    const boxes = [
      [0, 0, 10, 10],
      [50, 0, 60, 10]
    ]
    const sides = [[{ id: 'p', boxes, types: ['people'] }], [{ id: 'p', boxes: boxes.slice(0, 1) }]] as const
    expect(await all('grounding', ...sides)).toMatchObject({ phrases: 1, recallAt1: 1 })
    expect(await all('grounding', ...sides, '--protocol', 'merged-box')).toMatchObject({ recallAt1: 0 })
    expect((await evaluate('grounding', ...sides)).out).toMatch(/^grounding \(any-box\) +all +people\n/)
  })

  test('reg', async () => {
    const sides = [[{ id: 1, references: ['a red dog runs'] }], [{ id: 1, caption: 'a red dog runs' }]] as const
    expect(await all('reg', ...sides)).toMatchObject({ samples: 1, ciderD: 0 })
  })
})

describe('detection', () => {
  const at = (name: string): string => join(folder, name)
  const truth = {
    images: [{ id: 1 }, { id: 2 }],
    categories: [{ id: 3 }],
    annotations: [{ id: 1, image_id: 1, category_id: 3, bbox: [0, 0, 50, 50], area: 2500, iscrowd: 0 }]
  }
  const found = { image_id: 1, category_id: 3, bbox: [0, 0, 50, 50], score: 0.9 }

  async function detect(results: readonly object[]) {
    await writeFile(at('instances.json'), JSON.stringify(truth))
    await writeFile(at('results.json'), JSON.stringify(results))
    const files = ['--truth', at('instances.json'), '--pred', at('results.json'), '--json']
    return evaluate('detection', [], [], ...files)
  }

  test('reads the two COCO files; an image without detections is no error', async () => {
    const ran = await detect([found])
    expect(ran).toMatchObject({ code: 0, err: '' })
    const { samples, protocol, groups } = JSON.parse(ran.out) as {
      samples: number
      protocol: string
      groups: { all: Record<string, number | null> }
    }
    expect({ samples, protocol }).toEqual({ samples: 2, protocol: 'coco' })
    expect(groups.all['ap']).toBeCloseTo(1, 12)
    expect(groups.all['apSmall']).toBeNull()
  })

  test('an image or category that is not in the truth is named, and so is a broken field', async () => {
    const ran = await detect([found, { ...found, image_id: 9 }, { ...found, category_id: 8 }])
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('image 9 is not in the truth; category 8 is not in the truth (2 in all)')
    expect((await detect([{ ...found, bbox: [0, 0, 1] }])).err).toMatch(/results\.json: 0\.bbox/)
  })
})

describe('any number of things', () => {
  test('boxes: nothing said where nothing is meant is right', async () => {
    const { code, out } = await evaluate(
      'grec',
      [
        { id: 1, boxes: [[0, 0, 10, 10]] },
        { id: 2, boxes: [] }
      ],
      [
        { id: 1, boxes: [[0, 0, 10, 9]] },
        { id: 2, boxes: [] }
      ],
      '--json'
    )
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ groups: { all: { precisionAtF1: 1, noTargetAccuracy: 1 } } })
  })

  test('masks: run lengths in either spelling; another size and counts that do not fill it are refused by name', async () => {
    const truth = [{ id: 'm', mask: { size: [2, 2], counts: [0, 4] } }]
    const half = { id: 'm', mask: { size: [2, 2], counts: [0, 2, 2] } }
    const ran = await evaluate('gres', truth, [half], '--json')
    expect(JSON.parse(ran.out)).toMatchObject({ groups: { all: { gIou: 0.5, cIou: 0.5 } } })
    const other = await evaluate('gres', truth, [{ id: 'm', mask: { size: [1, 4], counts: [0, 4] } }])
    expect(other).toMatchObject({ code: 1, out: '' })
    expect(other.err).toContain('m')
    const short = await evaluate('gres', truth, [{ id: 'm', mask: { size: [2, 2], counts: [0, 1] } }])
    expect(short).toMatchObject({ code: 1, out: '' })
  })

  test('relations: recall over all triples and by predicate', async () => {
    const end = (name: string, x: number) => ({ name, box: [x, 0, x + 10, 10] })
    const triple = { subject: end('man', 0), predicate: 'riding', object: end('horse', 20) }
    const { out } = await evaluate(
      'relation',
      [{ id: 1, triples: [triple, { ...triple, predicate: 'near' }] }],
      [{ id: 1, triples: [triple] }],
      '--json'
    )
    expect(JSON.parse(out)).toMatchObject({ groups: { all: { recall: 0.5, precision: 1 }, riding: { recall: 1 } } })
  })
})
