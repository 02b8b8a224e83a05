/**
 * @file Where a data set is and what it is packed in: folders, links, pipes, archives, and images that are not what the
 * files say, through `eyrie import --dry-run --json`. Archives entry by entry: files/unpack-*.test.ts.
 */
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ImportReport } from '../../../src-shared/formats/reading/report'
import { runCli } from '../../cli/program'
import { createCliRooms } from '../../cli/rooms'
import { appPlaces } from '../../shell/app-places'
import { writePicture } from '../pictures'
import { spawnFromSource } from '../spawn-from-source'
import { zipOf } from '../zip'

let top: string
const at = (...names: string[]): string => join(top, ...names)
const SIZE = { width: 640, height: 480 }
const HOOK_MS = 120_000

async function eyrie(
  ...args: string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let [out, err] = ['', '']
  const streams = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    input: (async function* () {})(),
    isErrTerminal: false
  }
  const places = { ...appPlaces(), dataDir: at('data'), shippedModelsDir: at('models'), sampleDir: at('images') }
  return { code: await runCli(args, streams, createCliRooms(spawnFromSource, places)), out, err }
}

const coco = (file: string, { width, height } = SIZE): string =>
  JSON.stringify({
    images: [{ id: 1, file_name: file, width, height }],
    annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [10, 5, 20, 12], area: 240, iscrowd: 0 }],
    categories: [{ id: 1, name: 'cup' }]
  })

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'eyrie-places-'))
  await mkdir(at('images'))
  await writePicture(at('images', 'a.jpg'), SIZE)
  await writeFile(at('images', 'empty.jpg'), '')
  await writeFile(at('images', 'text.jpg'), 'hello')
  const whole = await readFile(at('images', 'a.jpg'))
  await writeFile(at('images', 'half.jpg'), whole.subarray(0, whole.length >> 1))
  const frames = { create: { width: 64, height: 96, channels: 3, background: 'red', pageHeight: 48 } } as const
  await sharp(frames).gif().toFile(at('images', 'moves.gif'))
  // Shown upright it is 480 wide and 640 high.
  await sharp(whole).withMetadata({ orientation: 6 }).toFile(at('images', 'turned.jpg'))
  await eyrie('project', 'create', at('p.eyrie'), '--images', at('images'))
}, HOOK_MS)
afterAll(() => rm(top, { recursive: true, force: true }))

const isWindows = process.platform === 'win32'
type Prepare = (folder: string) => Promise<string | void>
const put =
  (name: string, content: string | Buffer): Prepare =>
  async (folder) => {
    await writeFile(join(folder, name), content)
    return join(folder, name)
  }
const asFolder =
  (prepare: Prepare): Prepare =>
  async (folder) =>
    void (await prepare(folder))
const SET = coco('a.jpg')
const ZIP = zipOf([{ name: 'coco.json', content: SET }])

let count = 0
async function imported(prepare: Prepare): Promise<Awaited<ReturnType<typeof eyrie>>> {
  const folder = at(`set-${++count}`)
  await mkdir(folder)
  return eyrie(
    'import',
    at('p.eyrie'),
    (await prepare(folder)) ?? folder,
    '--images',
    at('images'),
    '--dry-run',
    '--json'
  )
}

describe('what is refused', () => {
  test.each<[what: string, prepare: Prepare, why: RegExp]>([
    ['an empty folder', async () => undefined, /There is no file in it/],
    ['a file that is not there', async (folder) => join(folder, 'x.json'), /There is no file .*x\.json/],
    [
      'a folder with the name of a file',
      async (folder) => {
        await mkdir(join(folder, 'x.json'))
        return join(folder, 'x.json')
      },
      /no file in it/
    ],
    ['an empty file', put('x.json', ''), /No format/],
    ['a text called zip', put('x.zip', 'hello'), /cannot be unpacked/],
    ['a zip of nothing', put('x.zip', zipOf([])), /no file in it/],
    ['a zip cut off', put('x.zip', ZIP.subarray(0, -30)), /cannot be unpacked/],
    ['a zip in a zip', put('x.zip', zipOf([{ name: 'y.zip', content: ZIP }])), /No format .* y\.zip/],
    ['a zip that leads out', put('x.zip', zipOf([{ name: '../coco.json', content: SET }])), /import|unpacked/],
    [
      'a zip with a link',
      put('x.zip', zipOf([{ name: 'coco.json', content: '/etc/passwd', mode: 0o120777 }])),
      /a link/
    ],
    ['an encrypted zip', put('x.zip', zipOf([{ name: 'coco.json', content: SET, flags: 0x801 }])), /is encrypted/],
    [
      'a zip with a name twice',
      put(
        'x.zip',
        zipOf([
          { name: 'coco.json', content: SET },
          { name: 'coco.json', content: SET }
        ])
      ),
      /is there twice/
    ],
    ['a zip called json', put('x.json', ZIP), /No format/],
    ['a text called tar', put('x.tar', 'hello'), /cannot be unpacked/],
    ['a text called tar.gz', put('x.tar.gz', 'hello'), /cannot be unpacked/],
    ['a text called parquet', put('x.parquet', 'hello'), /no Parquet file/],
    ['a packed JSON', put('x.json.gz', gzipSync(SET)), /No format/],
    ['an image', put('a.png', Buffer.from([0x89, 0x50, 0x4e, 0x47])), /No format/],
    ['JSON that is cut off', put('x.json', '{"a": [1, 2'), /x\.json, line 1/],
    ['XML that is nested without end', put('x.xml', '<a>'.repeat(10_000)), /nested deeper/]
  ])('%s', async (_, prepare, why) => {
    const { code, out, err } = await imported(prepare)
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(why)
    expect(err).not.toMatch(/^\s+at |inside Eyrie/m)
  })

  test.skipIf(isWindows).each<[what: string, prepare: Prepare, why: RegExp]>([
    [
      'a link to nothing',
      async (f) => {
        await symlink(join(f, 'gone'), join(f, 'x.json'))
        return join(f, 'x.json')
      },
      /There is no file/
    ],
    [
      'a link to itself',
      async (f) => {
        await symlink(join(f, 'x.json'), join(f, 'x.json'))
        return join(f, 'x.json')
      },
      /cannot be read/
    ],
    ['a link out of the folder', async (f) => symlink('/etc/passwd', join(f, 'x.json')), /no file in it/],
    [
      'a pipe',
      async (f) => {
        execFileSync('mkfifo', [join(f, 'x.json')])
        return join(f, 'x.json')
      },
      /No format/
    ],
    ['a device without end', async () => '/dev/zero', /No format/]
  ])('%s', async (_, prepare, why) => {
    const { code, err } = await imported(prepare)
    expect(code).toBe(1)
    expect(err).toMatch(why)
  })
})

describe('what is read', () => {
  test.each<[what: string, prepare: Prepare]>([
    ['a zip', put('x.zip', ZIP)],
    ['a name of odd letters', asFolder(put('co co 😀 é.json', SET))],
    ['a byte order mark', put('coco.json', `\ufeff${SET}`)],
    ['UTF-16', put('coco.json', Buffer.from(`\ufeff${SET}`, 'utf16le'))]
  ])('%s', async (_, prepare) => {
    const { code, out, err } = await imported(prepare)
    expect([code, err]).toEqual([0, ''])
    expect((JSON.parse(out) as ImportReport).counts.regions).toEqual({ box: 1 })
  })

  test.skipIf(isWindows).each<[what: string, prepare: Prepare]>([
    [
      'a folder with a link to itself',
      async (f) => {
        await writeFile(join(f, 'coco.json'), SET)
        await symlink(f, join(f, 'loop'))
      }
    ],
    [
      'a folder with a pipe',
      async (f) => {
        await writeFile(join(f, 'coco.json'), SET)
        execFileSync('mkfifo', [join(f, 'x.json')])
      }
    ],
    [
      'a link to a file',
      async (f) => {
        await writeFile(join(f, 'coco.json'), SET)
        await symlink(join(f, 'coco.json'), join(f, 'l.json'))
        return join(f, 'l.json')
      }
    ]
  ])('%s', async (_, prepare) => {
    const { code, out } = await imported(prepare)
    expect(code).toBe(0)
    expect((JSON.parse(out) as ImportReport).counts.regions).toEqual({ box: 1 })
  })
})

test.each<[image: string, regions: number, told: readonly string[]]>([
  ['a.jpg', 1, []],
  ['gone.jpg', 0, ['import/image-not-found', 'import/record-without-image']],
  ['A.JPG', 0, ['import/image-not-found', 'import/record-without-image']],
  ['../images/a.jpg', 1, []],
  ['/etc/passwd', 0, ['import/image-not-found', 'import/record-without-image']],
  ['file:///x/a.jpg', 1, []],
  ['\\\\host\\share\\a.jpg', 1, []],
  ['empty.jpg', 1, ['import/image-unreadable']],
  ['text.jpg', 1, ['import/image-unreadable']],
  ['half.jpg', 1, []],
  ['moves.gif', 1, ['import/size-differs']],
  ['turned.jpg', 1, ['import/size-differs']]
])('of an image %s', async (image, regions, told) => {
  const { code, out } = await imported(put('coco.json', coco(image)))
  expect(code).toBe(0)
  const { counts, skipped, doubts, notes } = JSON.parse(out) as ImportReport
  expect([counts.regions['box'] ?? 0, [...skipped, ...doubts, ...notes].map((group) => group.code)]).toEqual([
    regions,
    told
  ])
})

test('a folder of which nothing is left says so, whatever else is noted', async () => {
  const folder = at('nothing')
  await mkdir(folder)
  await writeFile(join(folder, 'pid_splits.json'), '{"train":["1"],"val":[],"test":[]}\n')
  const chosen = ['--format', 'science-qa', '--dry-run', '--json']
  const { code, out } = await eyrie('import', at('p.eyrie'), folder, ...chosen)
  const { doubts } = JSON.parse(out) as ImportReport
  expect([code, doubts.map((group) => group.code)]).toEqual([0, ['import/nothing-found']])
})
