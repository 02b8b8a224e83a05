import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { beforeAll, describe, expect, test } from 'vitest'
import { findFormat } from '../../src-shared/formats/registry'
import { writePicture } from '../testing/pictures'
import { cliFolder } from '../testing/cli-folder'

const { at, eyrie } = cliFolder('import')

const cocoFile = {
  images: [
    { id: 1, file_name: 'a.png', width: 320, height: 240 },
    { id: 2, file_name: 'gone.png', width: 10, height: 10 }
  ],
  annotations: [
    { id: 11, image_id: 1, category_id: 2, bbox: [32, 24, 64, 48], area: 3072, iscrowd: 0 },
    { id: 12, image_id: 2, category_id: 1, bbox: [1, 1, 2, 2], area: 4, iscrowd: 0 }
  ],
  categories: [
    { id: 2, name: 'bird' },
    { id: 1, name: 'cat' }
  ]
}

beforeAll(async () => {
  await writePicture(at('scans', 'a.png'), { width: 320, height: 240 })
  await writeFile(at('coco.json'), JSON.stringify(cocoFile))
  await eyrie('project', 'create', at('p.eyrie'), '--images', at('scans'))
})

const convertFolders = async (): Promise<readonly string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('eyrie-convert-'))

describe('import', () => {
  test('answers in JSON with exactly the promised fields, writes nothing in a dry run, then all of it', async () => {
    const dry = await eyrie('import', at('p.eyrie'), at('coco.json'), '--dry-run', '--json')
    expect(dry).toMatchObject({ code: 0, err: '' })
    const report = JSON.parse(dry.out) as Record<string, unknown>
    expect(Object.keys(report)).toEqual([
      'format',
      'because',
      'counts',
      'labels',
      'skipped',
      'doubts',
      'notes',
      'written'
    ])
    expect(report).toMatchObject({
      format: 'coco-json',
      counts: { images: 1, imagesAdded: 0, regions: { box: 1 } },
      labels: [
        { name: 'bird', isNew: true, regions: 1 },
        { name: 'cat', isNew: true, regions: 0 }
      ],
      skipped: [
        { code: 'import/image-not-found', count: 1, examples: [{ file: '', line: null, record: 'gone.png' }] },
        { code: 'import/record-without-image', count: 1 }
      ],
      written: false
    })
    expect(JSON.parse((await eyrie('project', 'info', at('p.eyrie'), '--json')).out)).toMatchObject({
      counts: { regions: 0 },
      lastSeq: 0
    })
    const real = await eyrie('import', at('p.eyrie'), at('coco.json'), '--json')
    expect(JSON.parse(real.out)).toEqual({ ...report, written: true })
    expect(JSON.parse((await eyrie('project', 'info', at('p.eyrie'), '--json')).out)).toMatchObject({
      counts: { regions: 1 },
      lastSeq: 1,
      history: { undoLabel: 'dataset.import' }
    })
    expect((await eyrie('project', 'check', at('p.eyrie'))).code).toBe(0)
  })

  test('tells a person what was left out and that the same regions are there already', async () => {
    const { code, out, err } = await eyrie('import', at('p.eyrie'), at('coco.json'))
    expect(code).toBe(0)
    expect(out).toMatch(/regions +0\n/)
    expect(out).toMatch(/there already +1 region,/)
    expect(out).toContain('one undo takes it back')
    expect(err).toContain('gone.png')
  })

  test.each([
    ['a file that is not there', ['import', 'p.eyrie', 'nowhere.json'], 1, /nowhere\.json/],
    ['a file of no known format', ['import', 'p.eyrie', 'p.eyrie'], 1, /No format/],
    ['a format that is none', ['import', 'p.eyrie', 'coco.json', '--format', 'x'], 1, /There is no format x/],
    ['a space that is none', ['import', 'p.eyrie', 'coco.json', '--space', 'x'], 2, /--space/],
    ['no path', ['import', 'p.eyrie'], 2, /missing required argument/]
  ])('refuses %s by name', async (_, args, expected, message) => {
    const { code, out, err } = await eyrie(
      ...args.map((arg) => (/\.(eyrie|json)$/.test(arg) ? at(arg) : arg)),
      '--json'
    )
    expect({ code, out }).toEqual({ code: expected, out: '' })
    expect(err).toMatch(message)
  })
})

test('class names in a file stand for numbers that no file names; a file without any is refused', async () => {
  await mkdir(at('numbers', 'labels'), { recursive: true })
  await writeFile(at('numbers', 'labels', 'a.txt'), '1 0.5 0.5 0.5 0.5\n')
  await writeFile(at('names.txt'), '\uFEFFdog\r\ncat\n\n')
  await writeFile(at('empty.txt'), '\n \n')
  const args = ['import', at('p.eyrie'), at('numbers'), '--format', 'yolo-detect', '--dry-run', '--json']
  const { code, out } = await eyrie(...args, '--class-names', at('names.txt'))
  expect(code).toBe(0)
  expect((JSON.parse(out) as { labels: { name: string }[] }).labels.map(({ name }) => name)).toEqual(['dog', 'cat'])
  const none = await eyrie(...args, '--class-names', at('empty.txt'))
  expect(none.code).not.toBe(0)
  expect(none.err).toContain('names no class')
})

test('the space of coordinates can be chosen where text is written, under one name', async () => {
  await writeFile(
    at('shikra.jsonl'),
    `${JSON.stringify({ img_path: 'a.png', width: 320, height: 240, expression: 'the bird', bbox: [32, 24, 96, 72] })}\n`
  )
  const args = ['convert', at('shikra.jsonl'), at('spaces'), '--to', 'prefix-suffix', '--overwrite', '--json']
  const { code: wrong, err } = await eyrie(...args, '--to-space', 'sideways')
  expect(wrong).not.toBe(0)
  expect(err).toContain('original, padded-square, resized')
  for (const space of ['original', 'padded-square']) {
    const ran = await eyrie(...args, '--images', at('scans'), '--to-space', space)
    expect({ code: ran.code, err: ran.err }).toEqual({ code: 0, err: '' })
    const manifest = await readFile(at('spaces', 'prefix-suffix.manifest.json'), 'utf8')
    expect(JSON.parse(manifest)).toMatchObject({ space })
  }
  expect((await eyrie('export', '--help')).out).toContain('--space <space>')
})

describe('convert', () => {
  test('needs no images and keeps no project behind', async () => {
    const before = await convertFolders()
    const { code, out, err } = await eyrie(
      'convert',
      at('coco.json'),
      at('out'),
      '--from',
      'coco-json',
      '--to',
      'labelme',
      'coco-json',
      '--json'
    )
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(JSON.parse(out)).toMatchObject({
      imported: { format: 'coco-json', counts: { images: 2, regions: { box: 2 } }, skipped: [] },
      exported: { counts: { images: 2, regions: 2 } }
    })
    const names = await readdir(at('out'), { recursive: true })
    const coco = names.find((name) => name === findFormat('coco-json')?.info.fileName)
    const written = JSON.parse(await readFile(at('out', coco ?? ''), 'utf8')) as typeof cocoFile
    expect(written.categories.map(({ name }) => name)).toEqual(['bird', 'cat'])
    expect(written.annotations.map(({ bbox }) => bbox.map((value) => Math.round(value * 1e6) / 1e6))).toEqual([
      [32, 24, 64, 48],
      [1, 1, 2, 2]
    ])
    // Another program may convert at the same time, or have been killed at it: only what is new counts.
    expect((await convertFolders()).filter((name) => !before.includes(name))).toEqual([])
  })
})

test('formats says of each what is read, written and kept', async () => {
  const { out } = await eyrie('formats', '--json')
  const formats = JSON.parse(out) as readonly { readonly id: string; readonly reads: boolean }[]
  expect(formats.find(({ id }) => id === 'coco-json')).toMatchObject({
    reads: true,
    writes: true,
    keeps: { shapes: expect.arrayContaining(['box', 'polygon']) },
    limits: expect.any(Array)
  })
  expect((await eyrie('formats')).out).toMatch(/^coco-json {2}.* ↔ /m)
})
