import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inferenceHostEnvironment } from './host-environment'

test.each<[given: string | undefined, passed: string]>([
  [undefined, 'glibc.malloc.hugetlb=1'],
  ['', 'glibc.malloc.hugetlb=1'],
  ['glibc.malloc.arena_max=2', 'glibc.malloc.arena_max=2:glibc.malloc.hugetlb=1'],
  ['glibc.malloc.hugetlb=0', 'glibc.malloc.hugetlb=0']
])('GLIBC_TUNABLES %s: the host gets %s', (given, passed) => {
  expect(inferenceHostEnvironment({ GLIBC_TUNABLES: given, SECRET: 'x' }, 'linux')).toEqual({ GLIBC_TUNABLES: passed })
})

test('drivers find themselves; elsewhere there is no such allocator', () => {
  const env = { VK_ICD_FILENAMES: '/a.json', PATH: '/bin' }
  expect(inferenceHostEnvironment(env, 'win32')).toEqual({ VK_ICD_FILENAMES: '/a.json' })
})

const LARGE_PAGES = '/sys/kernel/mm/transparent_hugepage/enabled'
const glibc = (process.report.getReport() as { readonly header: { readonly glibcVersionRuntime?: string } }).header
const hasTunable = Number(glibc.glibcVersionRuntime?.split('.')[1] ?? 0) >= 35
const givesPages = existsSync(LARGE_PAGES) && !readFileSync(LARGE_PAGES, 'utf8').includes('[never]')

test.skipIf(!hasTunable || !givesPages)('memory of a process that is started so lies in large pages', () => {
  const script = `
    const kept = Array.from({ length: 16 }, () => Buffer.alloc(8_000_000, 1))
    const [, kilobytes] = /AnonHugePages:\\s+(\\d+)/.exec(require('node:fs').readFileSync('/proc/self/smaps_rollup', 'utf8'))
    console.log(kept.length * Number(kilobytes))`
  const { stdout } = spawnSync(process.execPath, ['-e', script], {
    encoding: 'utf8',
    env: inferenceHostEnvironment({}, 'linux')
  })
  expect(Number(stdout)).toBeGreaterThan(0)
})
