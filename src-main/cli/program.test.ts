import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { writeTinyModel } from '../inference/testing/tiny-model'
import { scenePicture, writePicture } from '../testing/pictures'
import { splitOfPath } from '../../src-shared/dataset/split-of-path'
import { cliFolder } from '../testing/cli-folder'
import type { Ran } from '../testing/cli-folder'

const { at, run } = cliFolder('program')
const LINE = '{"id":1,"system":"shikra","text":"[0.100,0.100,0.200,0.200]"}\n'
const eyrie = (...args: string[]): Promise<Ran> => run(args, { input: LINE })
const json = <T>({ out }: Ran): T => JSON.parse(out) as T

beforeAll(async () => {
  await writePicture(at('scans', 'a.jpg'), { width: 320, height: 240 })
  await writePicture(at('scans', 'b.png'), { width: 100, height: 200 })
  await writeTinyModel(at('models', 'tiny'), { hasEnd: true })
})

describe('ask', () => {
  test('answers in JSON with exactly the promised fields, and nothing else on stdout', async () => {
    const ran = await eyrie(
      'ask',
      at('scans', 'a.jpg'),
      'Is @2 left of @1?',
      '--box',
      '0.1,0.1,0.4,0.5',
      '--point',
      '0.5,0.5',
      '--json'
    )
    const answer = json<{ text: string; regions: object[]; timings: { promptTokens: number } }>(ran)
    expect(Object.keys(answer)).toEqual([
      'text',
      'regions',
      'issues',
      'model',
      'dialect',
      'provider',
      'calibrated',
      'timings'
    ])
    expect(answer).toMatchObject({
      model: expect.stringMatching(/./),
      dialect: 'shikra',
      provider: 'cpu',
      issues: expect.any(Array)
    })
    for (const region of answer.regions)
      expect(Object.keys(region)).toEqual(['kind', 'coords', 'phrase', 'confidence', 'uncertainty', 'expected'])
    expect(answer.timings.promptTokens).toBeGreaterThan(10)
    expect(ran.err).not.toContain('was given but')
  })

  test('holds the answer to one of the labels given', async () => {
    await writeFile(at('labels.txt'), 'zebra\r\n\r\nteapot\n')
    const args = ['What is here?', '--constrain', 'labels', '--label', 'anchor', '--labels', at('labels.txt')]
    const ran = await eyrie('ask', at('scans', 'a.jpg'), ...args, '--json')
    expect(['zebra', 'teapot', 'anchor']).toContain(json<{ text: string }>(ran).text)
  })

  test('draws what was asked and answered on a copy, and never on the image itself', async () => {
    const before = await readFile(at('scans', 'a.jpg'))
    const ran = await eyrie(
      'ask',
      at('scans', 'a.jpg'),
      'What is @1?',
      '--box',
      '0.25,0.25,0.75,0.75',
      '--overlay',
      at('drawn.png')
    )
    expect(ran.err).toContain('drawn.png')
    const { data, info } = await sharp(at('drawn.png')).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    expect([info.width, info.height]).toEqual([320, 240])
    // The left edge of the box, between the white halo and blue dashes: not the picture's own colour.
    const column = Array.from({ length: 100 }, (_, i) => data.subarray(((70 + i) * 320 + 80) * 3).subarray(0, 3))
    expect(
      column.filter(([r = 0, g = 0, b = 0]) => Math.abs(r - 90) + Math.abs(g - 140) + Math.abs(b - 200) > 40).length
    ).toBeGreaterThan(90)
    const onItself = await eyrie('ask', at('scans', 'a.jpg'), 'x', '--overlay', at('scans', 'a.jpg'))
    expect([onItself.code, onItself.out]).toEqual([2, ''])
    expect((await readFile(at('scans', 'a.jpg'))).equals(before)).toBe(true)
  })

  test.each([
    ['a region that was not given', ['What is @1?'], /@1 stands for no region/],
    ['a box in pixels', ['What is @1?', '--box', '10,20,300,200'], /not between 0 and 1/],
    ['a box of three numbers', ['What is @1?', '--box', '0.1,0.2,0.3'], /not 4 numbers/],
    ['an unknown option', ['What?', '--boxes', '1'], /unknown option/],
    ['a constraint that there is not', ['What?', '--constrain', 'poem'], /Allowed choices are free, boxes/],
    ['no whole number of answers', ['What?', '--n-best', '0'], /whole number from 1/],
    ['labels without one', ['What?', '--constrain', 'labels'], /needs labels/],
    ['labels for another form', ['What?', '--constrain', 'boxes', '--label', 'dog'], /of use with --constrain labels/],
    ['no prompt', [], /missing required argument/]
  ])('%s is wrong usage: exit 2, nothing on stdout', async (_what, args, message) => {
    const ran = await eyrie('ask', at('scans', 'a.jpg'), ...args)
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toMatch(message)
  })

  test('a corrupt image: exit 1, the file, the reason and the next step on stderr', async () => {
    await writeFile(at('corrupt.jpg'), 'not a picture')
    const ran = await eyrie('ask', at('corrupt.jpg'), 'What?')
    expect(ran).toMatchObject({ code: 1, out: '' })
    expect(ran.err).toMatch(
      /^eyrie: corrupt\.jpg cannot be read as an image: its content is none of JPEG.*\n +Copy the file again/
    )
  })

  test('a prompt longer than the context: exit 1, and what to do', async () => {
    const ran = await eyrie('ask', at('scans', 'a.jpg'), 'the dog '.repeat(2_000))
    expect(ran).toMatchObject({ code: 1, out: '' })
    expect(ran.err).toMatch(/^eyrie: .*tokens/)
    expect(ran.err.trim().split('\n').length).toBeGreaterThanOrEqual(2)
  })

  test('a model folder with a missing graph: named with the file, also in the list; others still answer', async () => {
    await writeTinyModel(at('models', 'torn'), { id: 'torn' })
    await rm(at('models', 'torn', 'onnx', 'decoder_model_merged.onnx'))
    try {
      const ran = await eyrie('ask', at('scans', 'a.jpg'), 'What?', '--model', 'torn')
      expect(ran).toMatchObject({ code: 1, out: '' })
      expect(ran.err).toMatch(/torn.*decoder_model_merged\.onnx/)
      const listed = await eyrie('models', 'list', '--json')
      expect(listed.code).toBe(1)
      expect(json<{ id: string; state: string }[]>(listed).find(({ id }) => id === 'torn')?.state).toBe('broken')
      expect((await eyrie('ask', at('scans', 'a.jpg'), 'What?', '--json')).out).toContain('"provider": "cpu"')
    } finally {
      await rm(at('models', 'torn'), { recursive: true })
    }
  })

  test('an unknown model is named with the known ones', async () => {
    expect((await eyrie('ask', at('scans', 'a.jpg'), 'What?', '--model', 'nobody')).err).toMatch(
      /no model nobody.\n +Choose one of/
    )
  })
})

describe('project', () => {
  test('create, info, check, backup, restore', async () => {
    const file = at('labels.eyrie')
    expect(await eyrie('project', 'create', file, '--images', at('scans'))).toMatchObject({
      code: 0,
      out: `${file}: 2 images\n`
    })
    expect(json(await eyrie('project', 'info', file, '--json'))).toMatchObject({
      path: file,
      imageRoot: at('scans'),
      counts: { images: 2, regions: 0 }
    })
    expect(await eyrie('project', 'check', file)).toMatchObject({ code: 0, out: `${file} is sound.\n` })
    expect(json(await eyrie('project', 'backup', file, at('copy.eyrie'), '--json'))).toMatchObject({
      path: at('copy.eyrie'),
      images: 2
    })

    const again = await eyrie('project', 'create', file, '--images', at('scans'))
    expect([again.code, again.out]).toEqual([1, ''])
    expect(again.err).toMatch(/exists already/)

    const restored = await eyrie('project', 'restore', at('copy.eyrie'), file, '--json')
    expect(restored.code).toBe(0)
    const { kept } = json<{ kept: string }>(restored)
    expect(await eyrie('project', 'check', kept)).toMatchObject({ code: 0 })
    expect(json(await eyrie('project', 'info', file, '--json'))).toMatchObject({ counts: { images: 2 } })
  })

  test('a project that another process has open can be looked at and exported, not replaced', async () => {
    const file = at('busy.eyrie')
    await eyrie('project', 'create', file, '--images', at('scans'))
    await eyrie('project', 'backup', file, at('busy-copy.eyrie'))
    const client = pathToFileURL(resolve('src-main/store/client.ts')).href
    const script = `const { openProject } = await import(${JSON.stringify(client)}); await openProject(${JSON.stringify(file)}); process.stdout.write('open'); setInterval(() => {}, 1000)`
    const holder = spawn(process.execPath, [
      '--import',
      './scripts/from-source.mjs',
      '--input-type=module',
      '-e',
      script
    ])
    try {
      await once(holder.stdout, 'data')
      expect(json(await eyrie('project', 'info', file, '--json'))).toMatchObject({
        readOnly: true,
        readOnlyReason: expect.stringContaining(String(holder.pid))
      })
      expect((await eyrie('export', file, '--format', 'coco-json', '--out', at('busy-out'))).code).toBe(0)
      const restored = await eyrie('project', 'restore', at('busy-copy.eyrie'), file)
      expect(restored).toMatchObject({ code: 1, out: '' })
      expect(restored.err).toMatch(/busy\.eyrie was not replaced.*\n +Close it where it is open/)
    } finally {
      holder.kill('SIGKILL')
    }
  })

  test('a damaged project is refused or found, and stays byte-identical', async () => {
    const file = at('damaged.eyrie')
    await eyrie('project', 'create', file, '--images', at('scans'))
    const bytes = await readFile(file)
    bytes.fill(0xff, 8192 * 2, 8192 * 2 + 3000)
    await writeFile(file, bytes)
    const hash = (content: Buffer): string => createHash('sha256').update(content).digest('hex')
    const ran = await eyrie('project', 'check', file)
    expect(ran.code).toBe(1)
    expect(hash(await readFile(file))).toBe(hash(bytes))
    await writeFile(at('fresh.eyrie'), 'left alone')
    expect((await eyrie('project', 'restore', file, at('fresh.eyrie'))).code).toBe(1)
    expect(await readFile(at('fresh.eyrie'), 'utf8')).toBe('left alone')
  })

  test('the project of a folder is found as the app finds it: of another name too, and of several none is guessed', async () => {
    await mkdir(at('renamed'))
    await copyFile(at('scans', 'a.jpg'), at('renamed', 'a.jpg'))
    expect((await eyrie('project', 'info', at('renamed'))).err).toMatch(/The folder .*renamed has no project/)
    await eyrie('project', 'create', at('renamed', 'before.eyrie'), '--images', at('renamed'))
    expect(await eyrie('project', 'info', at('renamed'), '--json')).toMatchObject({ code: 0 })
    await copyFile(at('renamed', 'before.eyrie'), at('renamed', 'copy.eyrie'))
    const ran = await eyrie('project', 'info', at('renamed'))
    expect(ran).toMatchObject({ code: 1, out: '' })
    expect(ran.err).toContain('before.eyrie, copy.eyrie')
  })

  test('a folder without images makes no project', async () => {
    await mkdir(at('empty'))
    const ran = await eyrie('project', 'create', at('empty'))
    expect(ran).toMatchObject({ code: 1, out: '' })
    expect(ran.err).toMatch(/no images in .*empty.*\n +Choose a folder with images of these types: JPEG/)
    expect(await readdir(at('empty'))).toEqual([])
  })

  test.each([
    [['project', 'info', 'nowhere.eyrie'], 1],
    [['project', 'create', 'labels.txt', '--images', '.'], 2],
    [['project'], 2],
    [['project', 'explode'], 2],
    [[], 2],
    [['nonsense'], 2]
  ])('eyrie %j: exit %i', async (args, code) => {
    expect(await eyrie(...args)).toMatchObject({ code, out: '' })
  })
})

test('lint lists its rules, finds nothing in a project of images alone, and knows splits by folders', async () => {
  const rules = await eyrie('lint', '--rules', '--json')
  expect((JSON.parse(rules.out) as readonly unknown[]).length).toBeGreaterThanOrEqual(25)
  await mkdir(at('lint', 'train'), { recursive: true })
  await mkdir(at('lint', 'val'), { recursive: true })
  for (const name of ['train/a.png', 'val/b.png']) await writePicture(at('lint', name), { width: 40, height: 30 })
  await eyrie('project', 'create', at('lint'), '--images', at('lint'))
  const clean = await eyrie('lint', at('lint'), '--json')
  const report = JSON.parse(clean.out) as { images: number; findings: readonly { rule: string; file: string }[] }
  expect(report.images).toBe(2)
  expect(
    report.findings.every(({ rule }) => ['image-duplicate', 'image-near-duplicate', 'split-leakage'].includes(rule))
  ).toBe(true)
  await scenePicture(1, 400)
    .png()
    .toFile(at('lint', 'train', 'scene.png'))
  await scenePicture(1, 120)
    .jpeg({ quality: 50 })
    .toFile(at('lint', 'val', 'copy.jpg'))
  await eyrie('project', 'create', at('leak.eyrie'), '--images', at('lint'))
  const leaks = async (...flags: string[]): Promise<readonly string[]> => {
    const { findings } = JSON.parse((await eyrie('lint', at('leak.eyrie'), '--json', ...flags)).out) as typeof report
    return findings.filter(({ file }) => file === 'val/copy.jpg').map(({ rule }) => rule)
  }
  expect(await leaks()).toEqual(['image-near-duplicate', 'split-leakage'])
  expect(await leaks('--pictures', 'never')).toEqual([])
  expect(splitOfPath('data/val2017/b.png')).toBe('val')
  expect(splitOfPath('trains/b.png')).toBeNull()
  expect((await eyrie('lint', at('lint'), '--without', 'no-such-rule')).code).toBe(2)
  expect((await eyrie('lint')).code).toBe(2)
})

test('export writes files with counts and hashes, and refuses to replace them', async () => {
  const file = at('out.eyrie')
  await eyrie('project', 'create', file, '--images', at('scans'))
  const args = ['export', file, '--format', 'coco-json', '--format', 'shikra-jsonl', '--out', at('exported'), '--json']
  const ran = await eyrie(...args)
  expect(ran.code).toBe(0)
  const { files, counts } = json<{ files: { path: string; sha256: string }[]; counts: { images: number } }>(ran)
  expect(counts.images).toBe(2)
  for (const { path, sha256 } of files) {
    expect(
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex')
    ).toBe(sha256)
  }
  const again = await eyrie(...args)
  expect(again).toMatchObject({ code: 1, out: '' })
  expect(again.err).toMatch(/already and (?:was|were) left as (?:it is|they are).\n.*allow files to be replaced/)
  expect((await eyrie('export', file, '--format', 'dxf', '--out', at('exported'))).err).toMatch(
    /no format dxf.\n +Choose one of/
  )
})

test('export splits the images by shares that are 1 together, the same way for the same seed', async () => {
  const file = at('split.eyrie')
  await eyrie('project', 'create', file, '--images', at('scans'))
  const args = (out: string, ...more: string[]): string[] => {
    const shares = ['--split', 'train=0.5,val=0.5', '--split-by', 'folder', '--seed', '3']
    return ['export', file, '--format', 'labelme', '--out', at(out), '--json', ...shares, ...more]
  }
  type Ran = { certificates: { split: string; isCertified: boolean; counts: { images: { out: number } } }[] }
  const first = json<Ran>(await eyrie(...args('split-1'))).certificates
  expect(first.map(({ split, isCertified }) => [split, isCertified])).toEqual([
    ['train', true],
    ['val', true]
  ])
  expect(first.reduce((sum, { counts }) => sum + counts.images.out, 0)).toBe(2)
  expect(json<Ran>(await eyrie(...args('split-2'))).certificates).toEqual(first)
  expect((await eyrie(...args('split-3'), '--split', 'train=0.5,val=0.6')).err).toMatch(/shares are 1.1 together/)
  expect((await eyrie(...args('split-3'), '--seed', 'x')).code).toBe(2)
  expect((await eyrie(...args('split-3'), '--split-by', 'luck')).code).toBe(2)
})

test.each([
  ['an IoU above 1', ['--min-iou', '1.5'], /from 0 to 1/],
  ['an IoU of no number', ['--max-iou', ''], /from 0 to 1/]
])('export refuses %s', async (_, flags, message) => {
  const { code, out, err } = await eyrie(
    'export',
    at('none.eyrie'),
    '--format',
    'corrections-ms-swift',
    '--out',
    at('no'),
    ...flags
  )
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(message)
})

test('models add copies a folder that then answers; a second time it is there already', async () => {
  await writeTinyModel(at('mine'), { id: 'mine' })
  const added = await eyrie('models', 'add', at('mine'), '--json')
  expect(added.code).toBe(0)
  expect(json<{ id: string; dir: string }>(added)).toMatchObject({ id: 'mine', dir: at('data', 'models', 'mine') })
  expect((await eyrie('models', 'test', 'mine', '--json')).out).toContain('"provider": "cpu"')
  expect(await eyrie('models', 'add', at('mine'))).toMatchObject({ code: 1, out: '' })
  expect(await eyrie('models', 'add', at('scans'))).toMatchObject({ code: 1, out: '' })
})

test('formats and dialects are listed for people and for scripts', async () => {
  const listed = json<{ id: string }[]>(await eyrie('formats', '--json')).map(({ id }) => id)
  expect(listed).toEqual(expect.arrayContaining(['shikra-jsonl', 'llava-json', 'coco-json']))
  expect((await eyrie('formats')).out).toMatch(/coco-json {2}COCO JSON/)
  expect((await eyrie('dialect', 'list')).out).toMatch(/^shikra /m)
  expect(json(await eyrie('dialect', 'parse'))).toMatchObject({
    id: 1,
    regions: [{ kind: 'box', coords: [0.1, 0.1, 0.2, 0.2] }]
  })
})

test('doctor looks at every part and says which is broken', async () => {
  const well = json<{ ok: boolean; findings: { name: string; state: string }[] }>(await eyrie('doctor', '--json'))
  expect(well.findings.filter(({ state }) => state === 'broken')).toEqual([])
  const names = well.findings.map(({ name }) => name)
  for (const name of ['node', 'sqlite', 'sharp', 'onnxruntime', 'provider cpu', 'models', 'electron', 'chromium'])
    expect(names).toContain(name)
})

test.each([['--help'], ['ask', '--help'], ['project', 'create', '--help'], ['--version']])(
  '%j answers on stdout with exit 0',
  async (...args) => {
    const ran = await eyrie(...args)
    expect(ran.code).toBe(0)
    expect(ran.out).not.toBe('')
  }
)

describe('evaluate questions', () => {
  const question = {
    ...{ id: 'a', split: 'trained', language: 'en', task: 'rec', image: 'a.jpg', width: 320, height: 240, history: [] },
    ...{ question: 'Where is the dog?', answer: 'the dog [0.100,0.100,0.500,0.500]', box: [0.1, 0.1, 0.5, 0.5] },
    ...{ name: null, attributes: [], count: null, objects: [] }
  }
  const lines = (...records: object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('')

  test('asks the model, keeps the answers, and gives the same scores from the kept answers', async () => {
    await writeFile(at('scans', 'questions.jsonl'), lines(question, { ...question, id: 'b', language: 'zh' }))
    const ran = await eyrie('evaluate', 'questions', at('scans'), '--write-answers', at('answers.jsonl'), '--json')
    expect(ran.code).toBe(0)
    const asked = json<{ questions: number; groups: Record<string, { rec: { n: number } }> }>(ran)
    expect(asked.questions).toBe(2)
    expect(Object.keys(asked.groups)).toEqual(['trained/en', 'trained/zh'])
    expect(asked.groups['trained/en']?.rec.n).toBe(1)
    const again = await eyrie('evaluate', 'questions', at('scans'), '--answers', at('answers.jsonl'), '--json')
    expect(json(again)).toEqual(asked)
  })

  test('scores given answers without a model; a missing answer is said and counts as wrong', async () => {
    await writeFile(at('scans', 'questions.jsonl'), lines(question, { ...question, id: 'b' }))
    await writeFile(at('given.jsonl'), lines({ id: 'a', text: question.answer, confidences: [0.9] }))
    const ran = await eyrie('evaluate', 'questions', at('scans'), '--answers', at('given.jsonl'), '--json')
    expect(json(ran)).toMatchObject({ groups: { 'trained/en': { rec: { n: 2, accuracyAt50: 0.5 } } } })
    expect(ran.err).toContain('1 question without an answer')
  })

  test('names the line that is broken and the folder that is not there', async () => {
    await writeFile(at('scans', 'questions.jsonl'), lines(question, { ...question, width: 'wide' }))
    const broken = await eyrie('evaluate', 'questions', at('scans'), '--answers', at('given.jsonl'))
    expect(broken.code).toBe(1)
    expect(broken.err).toMatch(/line 2: width/)
    expect((await eyrie('evaluate', 'questions', at('nowhere'))).err).toContain('cannot be read')
    expect((await eyrie('evaluate', 'questions', at('scans'), '--limit', 'x')).code).toBe(2)
  })
})
