import { mkdtemp, mkdir, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '../../../src-shared/errors'
import type { Format } from '../../../src-shared/formats/format'
import type { ImportItem } from '../../../src-shared/formats/reading/item'
import type { ImportRates, ImportReport } from '../../../src-shared/formats/reading/report'
import { FORMATS } from '../../../src-shared/formats/registry'
import { normalizedBox } from '../../../src-shared/geometry/space'
import { createMediaService } from '../../media/service'
import { openProject } from '../../store/client'
import { writePicture } from '../../testing/pictures'
import { zipOf } from '../../testing/zip'
import { spawnFromSource } from '../../testing/spawn-from-source'
import type { MediaHost, ProjectStore } from '../ports'
import { runImport } from './run'
import type { ImportRequest, ImportSurroundings } from './run'

let folder: string
let media: MediaHost
let store: ProjectStore
const at = (...names: string[]): string => join(folder, ...names)

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'eyrie-import-')))
  media = createMediaService({ spawnHost: spawnFromSource, cacheDir: at('cache') })
  await mkdir(at('data', 'images'), { recursive: true })
  for (const name of ['a.png', 'b.png', 'c.png']) {
    await writePicture(at('data', 'images', name), { width: 64, height: 48 })
  }
  store = await openProject(at('labels.eyrie'), { create: { name: 'Labels', imageRoot: at('data', 'images') } })
})
afterAll(async () => {
  await store.close()
  await media.close()
  await rm(folder, { recursive: true, force: true })
})

const run = (
  path: string,
  more: Partial<ImportRequest> = {},
  around: Partial<ImportSurroundings> = {}
): Promise<ImportReport> =>
  runImport(
    { path, format: null, images: null, dryRun: false, addImages: 'when-there', ...more },
    { store, media, formats: FORMATS, now: () => 1_700_000_000_000, ...around }
  ).then(({ report }) => report)

async function everything(): Promise<unknown> {
  const documents: unknown[] = []
  for await (const document of store.documents('all')) documents.push(document)
  return { documents, labels: await store.listLabels(), seq: (await store.info()).lastSeq }
}

const coco = (more: object = {}): string =>
  JSON.stringify({
    images: [
      { id: 1, file_name: 'a.png', width: 64, height: 48 },
      { id: 2, file_name: 'gone.png', width: 10, height: 10 }
    ],
    annotations: [
      { id: 1, image_id: 1, category_id: 7, bbox: [16, 12, 32, 24], area: 768, iscrowd: 0 },
      { id: 2, image_id: 2, category_id: 7, bbox: [0, 0, 1, 1], area: 1, iscrowd: 0 }
    ],
    categories: [
      { id: 9, name: 'zebra' },
      { id: 7, name: 'bird' }
    ],
    ...more
  })

test('words that say no size mean images of the project', async () => {
  await mkdir(at('words'), { recursive: true })
  const line = { img_path: 'b.png', expression: 'the dot', bbox: [16, 12, 48, 36] }
  await writeFile(at('words', 'train.jsonl'), JSON.stringify(line) + '\n')
  const report = await run(at('words', 'train.jsonl'), { dryRun: true })
  expect(report.skipped).toEqual([])
  expect(report.counts).toMatchObject({ images: 1, regions: { box: 1 } })
})

test('a zip archive is read like the folder in it, and leaves nothing behind', async () => {
  const list = [
    { name: 'set/coco.json', content: coco() },
    { name: 'set/readme.txt', content: 'hello' }
  ]
  await writeFile(at('set.zip'), zipOf(list))
  const before = await readdir(folder)
  const report = await run(at('set.zip'), { dryRun: true })
  expect(report).toMatchObject({ format: 'coco-json', written: false, counts: { images: 1, regions: { box: 1 } } })
  expect(await readdir(folder)).toEqual(before)
  await writeFile(at('bad.zip'), zipOf([...list, { name: 'link', content: '/etc', mode: 0o120777 }]))
  await expect(run(at('bad.zip'))).rejects.toMatchObject({ code: 'import/archive-unsafe' })
  expect(await readdir(folder)).toEqual([...before, 'bad.zip'].sort())
})

test('a file beside the data that is not read is named, one about the files is not', async () => {
  await mkdir(at('beside'))
  await writeFile(at('beside', 'coco.json'), coco())
  await writeFile(at('beside', 'more.jsonl'), '{"a":1}\n')
  await writeFile(at('beside', 'coco.manifest.json'), '{}')
  await writeFile(at('beside', 'readme.txt'), 'hello')
  await writeFile(at('beside', 'x.jpg'), 'not looked at')
  await writeFile(at('beside', 'x.txt'), 'a caption')
  const { format, notes } = await run(at('beside'), { dryRun: true })
  expect(format).toBe('coco-json')
  expect(notes).toMatchObject([
    { code: 'import/file-not-read', count: 2, examples: [{ file: 'more.jsonl' }, { file: 'x.txt' }] }
  ])
})

test('what holds nothing is read with a doubt, never without a word', async () => {
  for (const [format, content] of [
    ['llava-json', ''],
    ['llava-json', '[]'],
    ['labelme', ''],
    ['csv', ' \n']
  ] as const) {
    await rm(at('nothing'), { recursive: true, force: true })
    await mkdir(at('nothing'))
    await writeFile(at('nothing', format === 'csv' ? 'x.csv' : 'x.json'), content)
    const said = await run(at('nothing'), { format, dryRun: true }).then(
      ({ skipped, doubts }) => [...skipped, ...doubts].map(({ code }) => code),
      (error: AppError) => [error.code]
    )
    expect(said, `${format} ${JSON.stringify(content)}`).toEqual([expect.stringMatching(/^import\//)])
  }
})

/** A format of lines `key x0 y0 x1 y1`, with as many regions as its file says. */
function lineFormat(
  id: string,
  extension: string,
  score = 1,
  batches?: () => AsyncGenerator<readonly ImportItem[]>
): Format {
  const [known] = FORMATS
  if (known === undefined) throw new Error('no format')
  return {
    ...known,
    info: { ...known.info, id, fileName: `labels.${extension}` },
    reader: {
      recognise: async ({ files }) => {
        const paths = files.map(({ path }) => path).filter((path) => path.endsWith(extension))
        return paths.length === 0 ? null : { score, because: `${paths[0]} ends in ${extension}`, paths }
      },
      async *read(source) {
        if (batches !== undefined) return yield* batches()
        for (const { path } of source.files.filter((file) => file.path.endsWith(extension))) {
          for await (const lines of source.lines(path)) {
            yield lines.flatMap(({ number, text }): ImportItem[] => {
              const [key = '', ...edges] = text.split(' ')
              const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = edges.map(Number)
              if (edges.length !== 4) {
                return [
                  {
                    type: 'issue',
                    severity: 'skip',
                    code: 'import/bad-line',
                    message: 'No four edges.',
                    file: path,
                    line: number
                  }
                ]
              }
              return [
                { type: 'image', imageKey: key, reference: key, size: null },
                {
                  type: 'region',
                  imageKey: key,
                  key: `${number}`,
                  shape: { type: 'box', box: normalizedBox(x0, y0, x1, y1) },
                  label: null,
                  phrase: null
                }
              ]
            })
          }
        }
      }
    }
  }
}

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.message} ${error.nextStep ?? ''}`
    throw error
  }
  return 'no error'
}

describe('an import', () => {
  test('is recognised by what is in the file, counted in a dry run, then written just so', async () => {
    await writeFile(at('data', 'instances.json'), coco())
    const before = await everything()
    const dry = await run(at('data', 'instances.json'), { dryRun: true })
    expect(await everything()).toEqual(before)
    const real = await run(at('data', 'instances.json'))
    expect(real).toEqual({ ...dry, written: true })
    expect(dry).toMatchObject({
      format: 'coco-json',
      because: expect.stringMatching(/./),
      counts: { images: 1, imagesAdded: 1, regions: { box: 1 }, labels: 2, labelsAdded: 2 },
      labels: [
        { name: 'zebra', isNew: true, regions: 0 },
        { name: 'bird', isNew: true, regions: 1 }
      ],
      skipped: [
        { code: 'import/image-not-found', count: 1, examples: [{ record: 'gone.png' }] },
        { code: 'import/record-without-image', count: 1, examples: [{ record: '2' }] }
      ],
      written: false
    })
    const { items } = await store.listImages({ filter: 'all', offset: 0, limit: 9 })
    const document = await store.getDocument(items[0]?.image.id ?? '')
    expect(document.regions.map(({ shape }) => shape)).toEqual([{ type: 'box', box: [0.25, 0.25, 0.75, 0.75] }])
    expect(await store.check()).toEqual([])
  })

  test('looks at images whose size the file does not state', async () => {
    await writeFile(at('data', 'three.lines'), 'b.png 0 0 0.5 0.5\nc.png 0 0 1 1\nnot this\n')
    const report = await run(at('data', 'three.lines'), {}, { formats: [lineFormat('lines', 'lines')] })
    expect(report.skipped).toEqual([
      {
        code: 'import/bad-line',
        count: 1,
        examples: [{ file: 'three.lines', line: 3, record: null, message: 'No four edges.' }]
      }
    ])
    const { items } = await store.listImages({ filter: 'all', offset: 1, limit: 9 })
    expect(items.map(({ image: { relativePath, size, sizeBytes } }) => [relativePath, size, sizeBytes > 50])).toEqual([
      ['b.png', { width: 64, height: 48 }, true],
      ['c.png', { width: 64, height: 48 }, true]
    ])
  })

  test.each([
    ['[{"a":1}]\n', /q\.jsonl, line 1: it is a list, where each line should be an object/],
    ['\n\nhello\n', /q\.jsonl, line 3, column 1: /],
    ['{"a":1}\n', /has files like q\.jsonl\.(?! q)/]
  ])('says of the lines %j what they begin with', async (content, message) => {
    await writeFile(at('data', 'q.jsonl'), content)
    const refusal = await codeOf(run(at('data', 'q.jsonl'), {}, { formats: [lineFormat('x', 'other')] }))
    expect(refusal).toMatch(message)
  })

  test.each<[what: string, content: string | Uint8Array, message: RegExp]>([
    ['nothing', '', /q\.lines is empty\./],
    ['blanks', ' \n\n', /is nothing but blanks\./],
    ['an error page', '<!DOCTYPE html><html><body>404</body></html>', /is a web page/],
    [
      'the error of a store',
      '<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>',
      /the error of a server/
    ],
    ['a pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n', /a pointer of Git LFS/],
    ['a packed file', gzipSync('{}'), /is packed with gzip: unpack it first\./],
    ['JSON by another name', '{"images": []}', /is JSON by another name: give it the ending \.json/],
    ['XML by another name', '<annotation><filename>a</filename></annotation>', /is XML by another name/],
    ['an archive by another name', Uint8Array.of(0x50, 0x4b, 3, 4), /is a zip archive/]
  ])('says of %s what it is', async (_, content, message) => {
    await writeFile(at('data', 'q.lines'), content)
    const refusal = await codeOf(run(at('data', 'q.lines'), {}, { formats: [lineFormat('x', 'other')] }))
    expect(refusal).toMatch(/^import\/unknown-format: /)
    expect(refusal).toMatch(message)
  })

  test.each<[what: string, content: string, message: RegExp]>([
    ['a comma behind each', '\n{"a": 1},\n{"a": 2},\n', /q\.jsonl, line 2, column 9: more stands after its end/],
    ['two objects on one', '{"a": 1}{"a": 2}\n', /q\.jsonl, line 1, column 9: more stands after its end/],
    ['the quotes of Python', "{'a': 1}\n", /q\.jsonl, line 1, column 2: a name must stand between/],
    ['nothing wrong', '{"a": 1}\n', /files like q\.jsonl\.(?! q)/]
  ])('says of lines with %s where the first fault is', async (_, content, message) => {
    await writeFile(at('data', 'q.jsonl'), content)
    const refusal = await codeOf(run(at('data', 'q.jsonl'), {}, { formats: [lineFormat('x', 'other')] }))
    expect(refusal).toMatch(message)
  })

  test.each([
    [
      'nothing that is known',
      [lineFormat('x', 'other')],
      /^import\/unknown-format: .*three\.lines.* x \(labels\.other\)/
    ],
    [
      'two that say the same',
      [lineFormat('x', 'lines'), lineFormat('y', 'lines')],
      /^import\/ambiguous-format: It may be x \(three\.lines ends in lines\), or y \(/
    ]
  ])('refuses %s and names the candidates', async (_, formats, message) => {
    expect(await codeOf(run(at('data', 'three.lines'), {}, { formats }))).toMatch(message)
  })

  test('takes the likelier of two, and the wanted one whatever the files look like', async () => {
    const formats = [lineFormat('x', 'lines', 0.4), lineFormat('y', 'lines', 0.5)]
    expect(await run(at('data', 'three.lines'), { dryRun: true }, { formats })).toMatchObject({ format: 'y' })
    expect(await run(at('data', 'three.lines'), { dryRun: true, format: 'x' }, { formats })).toMatchObject({
      format: 'x',
      because: 'you chose it; three.lines ends in lines'
    })
    expect(await codeOf(run(at('data', 'three.lines'), { format: 'z' }, { formats }))).toMatch(
      /^import\/no-such-format: .* Choose one of x, y/
    )
    const { info, encode } = lineFormat('x', 'lines')
    expect(await codeOf(run(at('data', 'three.lines'), { format: 'x' }, { formats: [{ info, encode }] }))).toMatch(
      /but not read/
    )
  })

  test('that is damaged in the middle leaves the project as it was', async () => {
    const before = await everything()
    await writeFile(at('data', 'cut.json'), coco().slice(0, -30))
    expect(await codeOf(run(at('data', 'cut.json')))).toMatch(/^import\/json: /)
    const broken = lineFormat('x', 'lines', 1, async function* () {
      yield [{ type: 'image', imageKey: 'a.png', reference: 'a.png', size: null, done: true }]
      throw new AppError('import/broken', 'The file ends in the middle.')
    })
    expect(await codeOf(run(at('data', 'three.lines'), {}, { formats: [broken] }))).toMatch(/^import\/broken/)
    expect(await everything()).toEqual(before)
    expect(await codeOf(run(at('data', 'nowhere.json')))).toMatch(/^import\/no-such-file/)
  })

  test('tells how far it is, and is cancelled within a second, with nothing left', async () => {
    const before = await everything()
    const line = 'a.png 0.1 0.2 0.3 0.4\n'
    await writeFile(at('data', 'long.lines'), line.repeat(400_000))
    const controller = new AbortController()
    const told: ImportRates[] = []
    let cancelledAtMs = 0
    const result = run(
      at('data', 'long.lines'),
      {},
      {
        formats: [lineFormat('lines', 'lines')],
        signal: controller.signal,
        onProgress(rates) {
          told.push(rates)
          if (rates.regions < 20_000 || cancelledAtMs > 0) return
          cancelledAtMs = performance.now()
          controller.abort()
        }
      }
    )
    expect(await codeOf(result)).toMatch(/^import\/cancelled/)
    expect(performance.now() - cancelledAtMs).toBeLessThan(1_000)
    expect(await everything()).toEqual(before)
    const last = told.at(-1)
    expect(told[0]).toMatchObject({ phase: 'reading', doneBytes: 0, secondsLeft: null })
    expect(last).toMatchObject({ phase: 'reading', totalBytes: line.length * 400_000 })
    expect(last?.doneBytes).toBeGreaterThan(20_000 * line.length)
    expect(last?.secondsLeft).toBeGreaterThan(0)
    expect(last?.bytesPerSecond).toBeGreaterThan(0)
  })
})
