import { expect, test } from 'vitest'
import { exitCodeOf, runChild, runQuietly } from './child.mjs'
import { missingPackages } from './dependencies.mjs'
import { noWindowReason } from './electron.mjs'
import { environmentFor, isNewEnough } from './node.mjs'
import { sourceHash } from './build.mjs'
import { toolEntry } from './tool.mjs'

test('Node 22.12 is the oldest that may run the app', () => {
  expect(['18.20.0', '20.20.2', '22.11.0'].filter(isNewEnough)).toEqual([])
  expect(['22.12.0', '24.0.0', '26.1.0'].filter(isNewEnough)).toHaveLength(3)
})

const entry = (version, more = {}) => ({ version, integrity: `sha512-${version}`, ...more })

test('a package that is missing, of another version or of other bytes asks for an install', () => {
  const wanted = { '': {}, 'node_modules/a': entry('1.0.0'), 'node_modules/b': entry('2.0.0') }
  expect(missingPackages(wanted, { 'node_modules/a': entry('1.0.0') })).toEqual(['node_modules/b'])
  expect(missingPackages(wanted, { 'node_modules/a': entry('1.0.0'), 'node_modules/b': entry('1.9.0') })).toEqual([
    'node_modules/b'
  ])
  const other = { ...entry('2.0.0'), integrity: 'sha512-other' }
  expect(missingPackages(wanted, { 'node_modules/a': entry('1.0.0'), 'node_modules/b': other })).toEqual([
    'node_modules/b'
  ])
})

test('what npm left out for this platform does not ask for an install', () => {
  const wanted = {
    'node_modules/a-win32': entry('1.0.0', { optional: true }),
    'node_modules/p': entry('1.0.0', { peer: true })
  }
  expect(missingPackages(wanted, {})).toEqual([])
})

test('the hash of the sources is stable', () => {
  expect(sourceHash()).toBe(sourceHash())
  expect(sourceHash()).toMatch(/^[0-9a-f]{64}$/)
})

test('a command is found by its package, and a missing one is named', () => {
  expect(toolEntry('typescript#tsc')).toMatch(/typescript[\\/]bin[\\/]tsc$/)
  expect(() => toolEntry('no-such-package')).toThrow('no-such-package is not installed')
  expect(() => toolEntry('typescript#nothing')).toThrow('no command named nothing')
})

test("a child's exit code and signal come back as a shell would report them", async () => {
  const failed = await runChild(process.execPath, ['-e', 'process.exit(7)'])
  expect(exitCodeOf(failed.code, failed.signal)).toBe(7)
  expect(exitCodeOf(null, 'SIGTERM')).toBe(143)
})

test('quiet runs keep both outputs', async () => {
  const { code, output } = await runQuietly(process.execPath, ['-e', 'console.log("out"); console.error("err")'])
  expect({ code, lines: output.trim().split('\n').sort() }).toEqual({ code: 0, lines: ['err', 'out'] })
})

test('tools find the chosen Node first on PATH', () => {
  const env = environmentFor(process.execPath, { Path: '/somewhere' })
  expect(env.Path.endsWith('/somewhere')).toBe(true)
  expect(env.Path.length).toBeGreaterThan('/somewhere'.length)
  expect(env.PATH).toBeUndefined()
})

test('a window needs a display and an ordinary user on Linux, nothing elsewhere', () => {
  expect(noWindowReason({}, 'linux', 1000)).toBe('there is no display')
  expect(noWindowReason({ DISPLAY: ':0' }, 'linux', 0)).toBe('Electron does not run as root')
  expect(noWindowReason({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', 1000)).toBeNull()
  expect(noWindowReason({}, 'darwin', 501)).toBeNull()
  expect(noWindowReason({ EYRIE_SHELL: 'serve' }, 'darwin', 501)).toContain('EYRIE_SHELL')
})

test('a started program ends when whoever started us is gone', async () => {
  const start = `
    import { spawn } from 'node:child_process'
    import { endWithParent } from ${JSON.stringify(new URL('./child.mjs', import.meta.url).href)}
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    endWithParent(child)
    console.log(child.pid)`
  const middle = `
    const { spawn } = require('node:child_process')
    const starter = spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(start)}], { stdio: ['ignore', 'pipe', 'ignore'] })
    starter.stdout.on('data', (text) => process.stdout.write(text, () => process.exit(0)))`
  const { output } = await runQuietly(process.execPath, ['-e', middle])
  const pid = Number(output)
  expect(pid).toBeGreaterThan(0)
  const isAlive = () => {
    try {
      return process.kill(pid, 0)
    } catch {
      return false
    }
  }
  for (let i = 0; i < 100 && isAlive(); i++) await new Promise((done) => setTimeout(done, 50))
  expect(isAlive()).toBe(false)
})
