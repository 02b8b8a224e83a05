import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import { writePicture } from '../testing/pictures'
import { cliFolder } from '../testing/cli-folder'

const { at, eyrie } = cliFolder('build')

const annotation = (id: number, category_id: number, bbox: readonly number[]) => ({
  id,
  image_id: 1,
  category_id,
  bbox,
  area: 100,
  iscrowd: 0
})
const coco = {
  images: [{ id: 1, file_name: 'a.png', width: 320, height: 240 }],
  annotations: [
    annotation(1, 1, [16, 24, 32, 36]),
    annotation(2, 1, [128, 120, 64, 48]),
    annotation(3, 2, [220, 12, 80, 60])
  ],
  categories: [
    { id: 1, name: 'dog' },
    { id: 2, name: 'tree' }
  ]
}

beforeAll(async () => {
  await writePicture(at('scans', 'a.png'), { width: 320, height: 240 })
  await writeFile(at('coco.json'), JSON.stringify(coco))
  await eyrie('project', 'create', at('p.eyrie'), '--images', at('scans'))
  expect((await eyrie('import', at('p.eyrie'), at('coco.json'))).code).toBe(0)
})

interface Shown {
  readonly dialogues: readonly {
    readonly image: string
    readonly origin: string
    readonly turns: readonly { readonly role: string; readonly text: string }[]
  }[]
}

describe('build', () => {
  test('shows turns in the dialect and writes nothing unless told to', async () => {
    const args = ['build', at('p.eyrie'), '--preview', '4', '--seed', '7', '--json']
    const first = await eyrie(...args)
    expect(first).toMatchObject({ code: 0, err: '' })
    const { dialogues } = JSON.parse(first.out) as Shown
    expect(dialogues).toHaveLength(4)
    expect(dialogues.every(({ image, origin }) => image === 'a.png' && origin === 'rule')).toBe(true)
    const answers = dialogues.flatMap(({ turns }) => turns.map(({ text }) => text)).join('\n')
    expect(answers).toMatch(/\[0\.\d{3},0\.\d{3},0\.\d{3},0\.\d{3}/)
    expect((await eyrie(...args)).out).toBe(first.out)
    const pointed = await eyrie('build', at('p.eyrie'), '--points', '--task', 'point-qa-local=50', '--preview', '3')
    expect(pointed.out).toMatch(/\[0\.\d{3},0\.\d{3}\]/)
    const qwen = await eyrie('build', at('p.eyrie'), '--task', 'expressions=50', '--dialect', 'qwen-vl')
    expect(qwen.out).toContain('<box>(')
    expect(qwen.err).toContain('nothing was written')
    expect(JSON.parse((await eyrie('project', 'info', at('p.eyrie'), '--json')).out)).toMatchObject({
      counts: { turns: 0 }
    })
  })

  test('writes them straight to a format, and leaves the project as it is', async () => {
    const ran = await eyrie('build', at('p.eyrie'), '--format', 'shikra-jsonl', '--out', at('out'), '--json')
    expect(ran).toMatchObject({ code: 0 })
    const { built, exported } = JSON.parse(ran.out) as {
      built: { dialogues: number }
      exported: { files: { path: string }[]; counts: { dialogues: number } }
    }
    expect(built.dialogues).toBe(6)
    expect(exported.counts.dialogues).toBe(6)
    const lines = (await readFile(exported.files[0]?.path ?? '', 'utf8')).trim().split('\n')
    expect(lines).toHaveLength(6)
    expect(JSON.parse((await eyrie('project', 'info', at('p.eyrie'), '--json')).out)).toMatchObject({
      counts: { turns: 0 }
    })
  })

  test('writes them into the project once, marked as made by rule, with nothing for the linter to refuse', async () => {
    const args = ['build', at('p.eyrie'), '--recipe', 'pink', '--write', '--json']
    expect(JSON.parse((await eyrie(...args)).out)).toMatchObject({ dialogues: 6, turns: 12, already: 0, steps: 1 })
    expect(JSON.parse((await eyrie(...args)).out)).toMatchObject({ dialogues: 0, turns: 0, already: 6, steps: 0 })
    expect(JSON.parse((await eyrie('project', 'info', at('p.eyrie'), '--json')).out)).toMatchObject({
      counts: { turns: 12 },
      lastSeq: 2
    })
    const lint = JSON.parse((await eyrie('lint', at('p.eyrie'), '--json')).out) as { counts: { severity: string }[] }
    expect(lint.counts.filter(({ severity }) => severity === 'error')).toEqual([])
  })

  test.each([
    [['--preview', '0']],
    [['--preview', '2', '--write']],
    [['--format', 'shikra-jsonl']],
    [['--out', 'x']],
    [['--per-image', 'many']],
    [['--language', 'fr']]
  ])('refuses %j as wrong usage', async (args) => {
    expect((await eyrie('build', at('p.eyrie'), ...args)).code).toBe(2)
  })

  test('names what is wrong with a recipe, a weight or a file of names', async () => {
    expect(await eyrie('build', at('p.eyrie'), '--recipe', 'none')).toMatchObject({ code: 1 })
    expect((await eyrie('build', at('p.eyrie'), '--task', 'rec=much')).err).toContain('rec=2')
    await writeFile(at('names.json'), '{"dog": {"fr": "chien"}}')
    expect((await eyrie('build', at('p.eyrie'), '--names', at('names.json'))).err).toContain('dog has a name in fr')
    expect((await eyrie('build', '--recipes')).out).toContain('shikra')
  })

  test('writes a batch of requests without an image, and builds from the answers what the boxes do not deny', async () => {
    const requests = ['build', at('p.eyrie'), '--recipe', 'llava', '--write-requests', at('batch.jsonl')]
    expect(await eyrie(...requests, '--model', 'm', '--json')).toMatchObject({ code: 0 })
    const lines = (await readFile(at('batch.jsonl'), 'utf8')).trim().split('\n')
    const batch = lines.map(
      (line) => JSON.parse(line) as { custom_id: string; body: { model: string; messages: { content: string }[] } }
    )
    expect(batch.map(({ custom_id }) => custom_id.split('-')[0])).toEqual(['conversation', 'detail', 'reasoning'])
    expect(batch[0]?.body.model).toBe('m')
    expect(batch[0]?.body.messages[1]?.content).toContain('tree: [0.688, 0.050, 0.938, 0.300]')
    expect((await eyrie(...requests)).err).toContain('batch.jsonl')

    const said = [
      'Question: What is there?\nAnswer: <ref>A tree</ref>[0.688, 0.050, 0.938, 0.300] and <ref>a cat</ref>[0, 0, 0.1, 0.1].',
      '<ref>The left tree</ref>[0.688, 0.050, 0.938, 0.300] is green.',
      'I do not know.'
    ]
    const answers = batch.map(({ custom_id }, i) => ({
      custom_id,
      response: { status_code: 200, body: { model: 'm-1', choices: [{ message: { content: said[i] } }] } }
    }))
    const stranger = { id: 'detail-of-another', text: 'A dog.' }
    await writeFile(at('answers.jsonl'), [...answers, stranger].map((line) => JSON.stringify(line)).join('\n'))
    const args = ['build', at('p.eyrie'), '--recipe', 'llava', '--answers', at('answers.jsonl')]
    const shown = await eyrie(...args, '--preview', '9')
    expect(shown.out).toContain('A A tree[')
    const ran = await eyrie(...args, '--write', '--json')
    expect(JSON.parse(ran.out)).toMatchObject({ dialogues: 1, turns: 2, tasks: { conversation: 1 } })
    for (const words of [
      '1 of 3 answers used',
      'of another project or of records that have changed since: 1 answer',
      '1 × build/box-unknown',
      '1 × lint/side-contradicts-geometry',
      '1 × build/answer-unreadable'
    ])
      expect(ran.err).toContain(words)
    expect(JSON.parse((await eyrie(...args, '--write', '--json')).out)).toMatchObject({ dialogues: 0, already: 1 })
  })

  test.each([
    [['--recipe', 'llava']],
    [['--recipe', 'llava', '--write-requests', 'a', '--answers', 'b']],
    [['--recipe', 'llava', '--write-requests', 'a', '--task', 'rec']],
    [['--recipe', 'llava', '--answers', 'b', '--save-answers', 'c']],
    [['--endpoint', 'e']],
    [['--answers', 'b']]
  ])('refuses %j as wrong usage of requests', async (args) => {
    expect((await eyrie('build', at('p.eyrie'), ...args)).code).toBe(2)
  })

  test('asks a server only after it was allowed, a preview only for what it shows', async () => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        asked.push(body)
        const content = 'A <ref>tree</ref>[0.688, 0.050, 0.938, 0.300].'
        const text = JSON.stringify({ choices: [{ delta: { content }, finish_reason: 'stop' }] })
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.end(`data: ${text}\n\ndata: [DONE]\n\n`)
      })
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as AddressInfo
    const url = `http://127.0.0.1:${port}/v1`
    const added = await eyrie('endpoints', 'add', 'words', '--url', url, '--model', 'm', '--dialect', 'shikra')
    expect(added.code).toBe(0)
    const args = ['build', at('p.eyrie'), '--recipe', 'llava', '--task', 'detail', '--endpoint', 'words']
    const refused = await eyrie(...args, '--preview', '1')
    expect(refused).toMatchObject({ code: 1 })
    expect(refused.err).toContain('Nothing was sent')
    expect(asked).toEqual([])
    await eyrie('endpoints', 'allow', 'words')
    const shown = await eyrie(...args, '--preview', '1', '--save-answers', at('saved.jsonl'))
    expect(shown.out).toContain('A A tree[')
    expect(asked).toHaveLength(1)
    expect(asked[0]).not.toContain('image_url')
    const again = await eyrie('build', at('p.eyrie'), '--recipe', 'llava', '--answers', at('saved.jsonl'), '--preview')
    expect(again.out).toBe(shown.out)
    await new Promise((done) => server.close(done))
  })
})
