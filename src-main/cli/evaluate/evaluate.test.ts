import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { words } from '../../../src-shared/metrics/report/report'
import type { Failure } from '../../../src-shared/metrics/report/report'
import { appPlaces } from '../../shell/app-places'
import { cliFolder } from '../../testing/cli-folder'
import { writePicture } from '../../testing/pictures'
import { spawnFromSource } from '../../testing/spawn-from-source'
import { createCliRooms } from '../rooms'
import { writeHtmlReport } from './html-report'
import { runMeteor } from './meteor'

const { at, run } = cliFolder('evaluate')

async function evaluate(task: string, truth: readonly object[], pred: readonly object[], ...options: string[]) {
  const lines = (records: readonly object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('')
  await writeFile(at('truth.jsonl'), lines(truth))
  await writeFile(at('pred.jsonl'), lines(pred))
  const files = ['--truth', at('truth.jsonl'), '--pred', at('pred.jsonl')]
  return run(['evaluate', task, ...files, ...options])
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
    expect((await evaluate('rec', truth, pred, '--pred', at('none'))).err).toContain('cannot be read')
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

describe('the HTML report', () => {
  async function reported(...options: string[]): Promise<{ code: number; err: string; html: string }> {
    const records = {
      'truth.jsonl': [
        { id: 'a', image: 'a.png', text: 'the <b>ball</b>', box: [0, 0, 10, 10] },
        { id: 'b', image: '../secret.png', box: [0, 0, 10, 10] },
        { id: 'c', image: 'gone.png', box: [0, 0, 10, 10] },
        { id: 'd', image: 'broken.png', box: [0, 0, 10, 10] }
      ],
      'pred.jsonl': ['a', 'b', 'c', 'd'].map((id) => ({ id, box: [20, 20, 30, 30] }))
    }
    await mkdir(at('pictures'), { recursive: true })
    for (const [name, lines] of Object.entries(records))
      await writeFile(at(name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    await writePicture(at('pictures/a.png'), { width: 64, height: 48 })
    await writePicture(at('secret.png'), { width: 64, height: 48 })
    await writeFile(at('pictures/broken.png'), 'no picture')
    const files = ['--truth', at('truth.jsonl'), '--pred', at('pred.jsonl'), '--images', at('pictures')]
    const args = ['evaluate', 'rec', ...files, '--html', at('report.html'), ...options]
    const { code, err } = await run(args)
    return { code, err, html: code === 0 ? await readFile(at('report.html'), 'utf8') : '' }
  }

  test('holds the pictures of the failures, none from outside the folder, and says why others are not there', async () => {
    const { code, err, html } = await reported()
    expect({ code, err }).toEqual({ code: 0, err: `eyrie: wrote ${at('report.html')}\n` })
    expect(html.match(/<image /g)).toHaveLength(1)
    expect(html).toContain('viewBox="0 0 64 48"')
    expect(html).toContain('the &lt;b&gt;ball&lt;/b&gt;')
    for (const reason of ['is not in the folder', 'outside the folder', 'cannot be read'])
      expect(html).toMatch(new RegExp(`1 × the picture (is |lies )?.*${reason}`))
    const { REPORT_STYLE } = await import('../../../src-shared/metrics/report/style')
    expect(html).toContain(`'sha256-${createHash('sha256').update(REPORT_STYLE).digest('base64')}'`)
    // What it was made from is named by its bytes.
    expect(html).toContain(
      createHash('sha256')
        .update(await readFile(at('pred.jsonl')))
        .digest('hex')
    )
    expect((await reported()).html).toBe(html)
  })

  test('shows as many failures as asked for, and counts all', async () => {
    const { html } = await reported('--failures', '1', '--language', 'zh-CN')
    expect(html.match(/<article/g)).toHaveLength(1)
    expect(html).toContain('（4 个中的 1 个）')
    expect(html).toContain('<html lang="zh-CN">')
    expect((await reported('--failures', '0')).code).toBe(2)
  })

  test('leaves out pictures beyond its limit of bytes', async () => {
    await reported()
    const rooms = createCliRooms(spawnFromSource, { ...appPlaces(), dataDir: at('data') })
    const failure = (image: string): Failure => ({
      ...{ id: image, image, asked: null, reason: words('x', 'x'), truth: null, said: null, outlines: [], score: 0 }
    })
    try {
      await writePicture(at('pictures/b.png'), { width: 64, height: 48 })
      await writeHtmlReport(
        {
          ...{ task: 'rec', about: words('x', 'x'), protocol: 'studio', samples: 2, version: '', groups: {} },
          ...{ notMeasured: [], files: [] }
        },
        { charts: [], failures: [failure('a.png'), failure('b.png'), failure('a.png')] },
        { html: at('small.html'), images: at('pictures'), failures: 9, language: 'en' },
        rooms.rooms().media,
        1
      )
    } finally {
      await rooms.close()
    }
    const html = await readFile(at('small.html'), 'utf8')
    expect(html).not.toContain('<image ')
    expect(html).toContain('2 × the pictures would make the report too large')
  })
})

describe('METEOR', () => {
  const samples = [
    { caption: 'a ||| dog\nruns', references: ['a dog runs', 'x'] },
    { caption: 'cat', references: ['cat'] }
  ]
  /** Says back what it was asked, as METEOR's program answers: a line for a line, and two scores for an EVAL. */
  const scripted = async (lines: string): Promise<Parameters<typeof runMeteor>[1]> => {
    await writeFile(at('meteor.jar'), '')
    await writeFile(
      at('meteor.cjs'),
      `let heard = []; require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => { heard.push(line); ${lines} })`
    )
    return { jar: at('meteor.jar'), java: [process.execPath, at('meteor.cjs')], timeoutMs: 5_000 }
  }

  test('is asked line by line, and a text is never two', async () => {
    const options = await scripted(
      `if (line.startsWith('SCORE')) console.log(heard.length); else { require('node:fs').writeFileSync('heard.txt', heard.join('\\n')); console.log('0.25\\n0.75\\n0.5') }`
    )
    expect(await runMeteor(samples, options)).toEqual({ isMeasured: true, score: { all: 0.5, each: [0.25, 0.75] } })
    expect(await readFile(at('heard.txt'), 'utf8')).toBe(
      'SCORE ||| a dog runs ||| x ||| a dog runs\nSCORE ||| cat ||| cat\nEVAL ||| 1 ||| 2'
    )
  })

  test.each([
    ['ends early', 'process.exit(1)', /ended early/],
    ['says something else', `console.log(line.startsWith('SCORE') ? '1' : 'NaN')`, /"NaN" is no score/]
  ])('a program that %s is an error', async (_, lines, message) => {
    await expect(runMeteor(samples, await scripted(lines))).rejects.toThrow(message)
  })

  test('is not measured without a jar or without Java, and the result says why; a jar that is not there is an error', async () => {
    const sides = [[{ id: 1, references: ['a red dog'] }], [{ id: 1, caption: 'a red dog' }]] as const
    const ran = await evaluate('reg', ...sides, '--json')
    expect(JSON.parse(ran.out)).toMatchObject({
      groups: { all: { meteor: null } },
      notMeasured: [{ measure: 'meteor', reason: 'the jar of METEOR 1.5 was not given (--meteor-jar)' }]
    })
    const options = await scripted('')
    const without = await runMeteor(samples, { ...options, java: [at('no-java')] })
    expect(without).toMatchObject({ isMeasured: false, reason: { en: 'no Java runtime was found' } })
    const missing = await evaluate('reg', ...sides, '--meteor-jar', at('none.jar'))
    expect(missing).toMatchObject({ code: 1, out: '' })
  })

  // The jar is not ours to ship: EYRIE_METEOR_JAR=…/meteor-1.5.jar runs it.
  test.skipIf(process.env['EYRIE_METEOR_JAR'] === undefined)('equals pycocoevalcap', { timeout: 600_000 }, async () => {
    const path = new URL('../../../src-shared/metrics/fixtures/reference/meteor.json', import.meta.url)
    const reference = JSON.parse(await readFile(path, 'utf8')) as {
      samples: typeof samples
      score: number
      scores: number[]
    }
    const ran = await runMeteor(reference.samples, { jar: process.env['EYRIE_METEOR_JAR'] ?? '' })
    expect(ran).toEqual({ isMeasured: true, score: { all: reference.score, each: reference.scores } })
  })
})
