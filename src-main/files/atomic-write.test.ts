import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { writeFileAtomically } from './atomic-write'
import { removeStaleTemporaryFiles, temporaryPathFor } from './temporary-files'

const root = mkdtempSync(join(tmpdir(), 'eyrie-files-test-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const newFolder = (): string => mkdtempSync(join(root, 'case-'))
const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

async function* chunks(...parts: readonly (string | Uint8Array | Error)[]): AsyncGenerator<string | Uint8Array> {
  for (const part of parts) {
    await Promise.resolve()
    if (part instanceof Error) throw part
    yield part
  }
}

describe('writing a file (A6)', () => {
  it('writes text, bytes and chunks, and tells size and hash of what is on disk', async () => {
    const folder = newFolder()
    for (const [name, content, expected] of [
      ['text', 'Meise 山雀\n', 'Meise 山雀\n'],
      ['bytes', Uint8Array.of(65, 66), 'AB'],
      ['chunks', chunks('a', Buffer.from('b'), 'ü'), 'abü'],
      ['lines', ['x\n', 'y\n'], 'x\ny\n'],
      ['many', chunks(...Array.from({ length: 3000 }, (_, index) => `line ${index} ${'.'.repeat(200)}\n`)), null],
      ['nothing', '', '']
    ] as const) {
      const path = join(folder, name)
      const written = await writeFileAtomically(path, content)
      const bytes = readFileSync(path)
      if (expected !== null) expect(bytes.toString()).toBe(expected)
      else expect(bytes.toString().split('\n')).toHaveLength(3001)
      expect(written).toEqual({ path, sizeBytes: bytes.length, sha256: sha256(bytes) })
    }
    expect(readdirSync(folder)).toHaveLength(6)
  })

  it('copies a chunk before its producer may reuse the buffer', async () => {
    const buffer = Buffer.from('a')
    async function* reused(): AsyncGenerator<Uint8Array> {
      for (const letter of 'abc') {
        await Promise.resolve()
        buffer[0] = letter.charCodeAt(0)
        yield buffer
      }
    }
    const { path } = await writeFileAtomically(join(newFolder(), 'a'), reused())
    expect(readFileSync(path, 'utf8')).toBe('abc')
  })

  it('refuses an existing file unless told, also one that appears meanwhile', async () => {
    const folder = newFolder()
    const path = join(folder, 'a.json')
    writeFileSync(path, 'old')
    await expect(writeFileAtomically(path, 'new')).rejects.toMatchObject({ code: 'file/exists', data: { path } })
    expect(readFileSync(path, 'utf8')).toBe('old')
    await writeFileAtomically(path, 'new', { overwrite: true })
    expect(readFileSync(path, 'utf8')).toBe('new')

    const late = join(folder, 'late.json')
    async function* slow(): AsyncGenerator<string> {
      yield 'mine'
      await Promise.resolve()
      writeFileSync(late, 'theirs')
    }
    await expect(writeFileAtomically(late, slow())).rejects.toMatchObject({ code: 'file/exists' })
    expect(readFileSync(late, 'utf8')).toBe('theirs')
    expect(readdirSync(folder).sort()).toEqual(['a.json', 'late.json'])
  })

  it('keeps the old file and leaves nothing behind when the content fails half way', async () => {
    const folder = newFolder()
    const path = join(folder, 'a.json')
    writeFileSync(path, 'old')
    const failure = new Error('no more')
    await expect(writeFileAtomically(path, chunks('x'.repeat(1_000_000), failure), { overwrite: true })).rejects.toBe(
      failure
    )
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['a.json'])
  })

  it('names a missing folder and a folder that may not be written', async () => {
    await expect(writeFileAtomically(join(root, 'none', 'a'), 'x')).rejects.toMatchObject({ code: 'file/no-folder' })
    writeFileSync(join(root, 'file'), '')
    await expect(writeFileAtomically(join(root, 'file', 'a'), 'x')).rejects.toMatchObject({ code: 'file/no-folder' })
    await expect(writeFileAtomically('/proc/eyrie', 'x')).rejects.toMatchObject({
      code: expect.stringMatching(/^file\//) as string
    })
  })

  it('B1: names a full disk, keeps the old file and leaves nothing behind', async () => {
    const folder = newFolder()
    const path = join(folder, 'a.json')
    writeFileSync(path, 'old')
    const script = `
      process.on('SIGXFSZ', () => {})
      const { writeFileAtomically } = await import(${JSON.stringify(new URL('./atomic-write.ts', import.meta.url).href)})
      const code = await writeFileAtomically(process.argv[1], 'x'.repeat(100_000), { overwrite: true }).then(() => 'written', (error) => error.code)
      console.log(code)`
    const hook = new URL('../../scripts/from-source.mjs', import.meta.url).href
    const out = execFileSync('prlimit', [
      '--fsize=50000',
      process.execPath,
      '--import',
      hook,
      '--input-type=module',
      '-e',
      script,
      path
    ])
    expect(out.toString().trim()).toBe('file/disk-full')
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['a.json'])
  })

  it('A4: removes what a killed writer left, and not what a living one is writing', async () => {
    const folder = newFolder()
    const script = `
      const { writeFileAtomically } = await import(${JSON.stringify(new URL('./atomic-write.ts', import.meta.url).href)})
      async function* endless() { for (;;) { yield 'x'.repeat(300_000); console.log('.'); await new Promise((resolve) => setTimeout(resolve, 50)) } }
      await writeFileAtomically(process.argv[1], endless())`
    const hook = new URL('../../scripts/from-source.mjs', import.meta.url).href
    const child = spawn(process.execPath, ['--import', hook, '--input-type=module', '-e', script, join(folder, 'big')])
    await new Promise((resolve) => child.stdout.once('data', resolve))
    const own = temporaryPathFor(join(folder, 'mine'))
    writeFileSync(own, '')
    expect(await removeStaleTemporaryFiles(folder)).toEqual([])
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('close', resolve))
    expect(readdirSync(folder)).toHaveLength(2)
    await writeFileAtomically(join(folder, 'next'), 'x')
    expect(
      readdirSync(folder)
        .map((name) => join(folder, name))
        .sort()
    ).toEqual([own, join(folder, 'next')].sort())
  })
})
