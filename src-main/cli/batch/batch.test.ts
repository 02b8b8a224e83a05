/** @file `eyrie batch` through the command line, with real hosts: what is asked, written, skipped and said. */
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { writeTinyModel } from '../../inference/testing/tiny-model'
import type { SpawnHost } from '../../core/ports'
import { writePicture } from '../../testing/pictures'
import { spawnFromSource } from '../../testing/spawn-from-source'
import { cliFolder } from '../../testing/cli-folder'

const { at, run: runIn } = cliFolder('batch')

interface Line {
  readonly id: string
  readonly status: string
  readonly error: string | null
  readonly text: string
  readonly provider?: string
  readonly notes: readonly string[]
  readonly regions: readonly object[]
  readonly model: string
}

interface Asked {
  readonly kind: string
  readonly beside?: readonly unknown[]
}

async function eyrie(args: readonly string[], spawnHost: SpawnHost = spawnFromSource) {
  const asked: Asked[] = []
  const watched: SpawnHost = (entry, env) => {
    const host = spawnHost(entry, env)
    return { ...host, post: (message) => (asked.push(message as Asked), host.post(message)) }
  }
  const { code, err } = await runIn(args, { spawnHost: watched })
  return { code, err, asks: asked.filter(({ kind }) => kind === 'ask') }
}
const linesOf = async (name: string): Promise<readonly Line[]> =>
  (await readFile(at(name), 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)

const question = (id: string, image: string, prompt: string, more: object = {}): string =>
  JSON.stringify({ id, image, prompt, ...more })

beforeAll(async () => {
  await writePicture(at('scans', 'a.jpg'), { width: 320, height: 240 })
  await writePicture(at('scans', 'b.png'), { width: 100, height: 200 })
  await writeFile(at('scans', 'broken.png'), 'no picture')
  await writeTinyModel(at('models', 'tiny'), { hasEnd: true })
  await writeTinyModel(at('models', 'other'), { id: 'other', hasEnd: true })
  const questions = [
    question('1', 'scans/a.jpg', 'What is this?'),
    question('2', 'scans/b.png', 'What is this?'),
    question('3', 'scans/a.jpg', 'Where is @1?', { regions: [[0.1, 0.1, 0.4, 0.5]] }),
    question('4', 'scans/broken.png', 'What is this?'),
    question('5', 'scans/a.jpg', 'dog '.repeat(2_000)),
    question('6', 'scans/a.jpg', 'the cat')
  ]
  await writeFile(at('questions.jsonl'), `${questions.join('\n')}\n`)
})

const run = (out: string, ...more: string[]): string[] => [
  'batch',
  at('questions.jsonl'),
  '--model',
  'tiny',
  '--out',
  at(out),
  ...more
]

describe('batch', () => {
  test('answers every question, those on one picture in one command; what is wrong with one costs that one', async () => {
    const { code, err, asks } = await eyrie(run('answers.jsonl'))
    const lines = await linesOf('answers.jsonl')
    expect(lines.map(({ id, error }) => [id, error]).sort()).toEqual([
      ['1', null],
      ['2', null],
      ['3', null],
      ['4', 'image/unreadable'],
      ['5', 'inference/prompt-too-long'],
      ['6', null]
    ])
    expect(code).toBe(1)
    expect(err).toContain('eyrie: 4 answered, 2 failed.')
    expect(Math.max(...asks.map(({ beside = [] }) => beside.length))).toBe(3)
    for (const { status, text, provider, model } of lines.filter(({ error }) => error === null)) {
      expect(['complete', 'partial']).toContain(status)
      expect([text.length > 0, provider, model]).toEqual([true, 'cpu', 'tiny'])
    }

    // A second run asks what failed, and nothing else.
    const again = await eyrie(run('answers.jsonl'))
    expect(again.err).toContain('0 answered, 2 failed, 4 had been answered before.')
    const after = await linesOf('answers.jsonl')
    expect(after.slice(0, lines.length)).toEqual(lines)
    expect(
      after
        .slice(lines.length)
        .map(({ id }) => id)
        .sort()
    ).toEqual(['4', '5'])
  })

  test('goes on behind a line that was cut off, and its answers are those of a run without a break', async () => {
    const whole = await linesOf('answers.jsonl')
    const first = whole.find(({ id }) => id === '1')
    await writeFile(at('cut.jsonl'), `${JSON.stringify(first)}\n{"id": "2", "mod`)
    const { err } = await eyrie(run('cut.jsonl'))
    expect(err).toContain('3 answered, 2 failed, 1 had been answered before.')
    const byId = (lines: readonly Line[]) =>
      new Map(lines.filter(({ error }) => error === null).map(({ id, text }) => [id, text]))
    expect(byId(await linesOf('cut.jsonl'))).toEqual(byId(whole))
  })

  test('is refused for a file of another model or of something else, and leaves it as it was', async () => {
    const before = await readFile(at('answers.jsonl'), 'utf8')
    const other = await eyrie(['batch', at('questions.jsonl'), '--model', 'other', '--out', at('answers.jsonl')])
    expect([other.code, other.err]).toEqual([2, expect.stringContaining('holds answers of tiny')])
    expect(await readFile(at('answers.jsonl'), 'utf8')).toBe(before)
    await copyFile(at('questions.jsonl'), at('not-answers.jsonl'))
    const wrong = await eyrie(run('not-answers.jsonl'))
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('line 1 is no answer')])
    await writeFile(at('twice.jsonl'), `${question('1', 'a.jpg', 'x')}\n${question('1', 'b.jpg', 'y')}\n`)
    const twice = await eyrie(['batch', at('twice.jsonl'), '--out', at('x.jsonl')])
    expect([twice.code, twice.err]).toEqual([2, expect.stringContaining('two questions with the id 1')])
    const nothing = await eyrie(['batch', '--out', at('x.jsonl')])
    expect(nothing.code).toBe(2)
  })

  test('asks a folder the same questions, held to a form, and says once that a provider was given up', async () => {
    let hosts = 0
    const fragile: SpawnHost = (entry, env) => {
      const host = spawnFromSource(entry, env)
      if (entry !== 'inference-host' || ++hosts > 1) return host
      return { ...host, post: () => process.kill(host.pid ?? 0, 'SIGSEGV') }
    }
    const args = ['batch', '--images', at('scans'), '--prompt', 'Which?', '--prompt', 'And which?', '--model', 'tiny']
    const held = ['--constrain', 'labels', '--label', 'dog', '--label', 'cat', '--provider', 'webgpu']
    const { err } = await eyrie([...args, ...held, '--out', at('folder.jsonl')], fragile)
    const lines = await linesOf('folder.jsonl')
    expect(lines.map(({ id }) => id).sort()).toEqual([
      'a.jpg#1',
      'a.jpg#2',
      'b.png#1',
      'b.png#2',
      'broken.png#1',
      'broken.png#2'
    ])
    for (const { text, provider, notes, error } of lines) {
      if (error !== null) continue
      expect(['dog', 'cat']).toContain(text.trim())
      expect([provider, notes.filter((said) => said.startsWith('webgpu was given up')).length]).toEqual(['cpu', 1])
    }
    expect(hosts).toBe(2)
    expect(err.match(/webgpu was given up/g)).toHaveLength(1)
  })

  test('stops when it is told to, and the same command goes on from there', async () => {
    await writeTinyModel(at('models', 'slow'), { id: 'slow', rounds: 400n })
    const slow = (out: string) => [
      'batch',
      '--images',
      at('scans'),
      '--prompt',
      'Why?',
      '--model',
      'slow',
      '--out',
      at(out)
    ]
    const stopping: SpawnHost = (entry, env) => {
      const host = spawnFromSource(entry, env)
      const listen = host.onMessage
      return {
        ...host,
        onMessage: (listener) =>
          listen((message) => {
            if ((message as { kind?: string }).kind === 'token') process.emit('SIGINT')
            listener(message)
          })
      }
    }
    const stopped = await eyrie(slow('stopped.jsonl'), stopping)
    expect([stopped.code, stopped.err]).toEqual([1, expect.stringContaining('stopped; the same command goes on')])
    expect(await linesOf('stopped.jsonl')).toEqual([])
  })
})
