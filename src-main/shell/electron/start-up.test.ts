import { expect, test } from 'vitest'
import { dataFolder } from '../app-places'
import { hostEnvironment } from '../hosts/fork-host'
import { printable } from '../log'
import { createDeathCount } from './death-count'
import { projectArgument } from './project-argument'

test('B11: the third death of a page within a minute is too many, three in an hour are not', () => {
  let now = 0
  const deaths = createDeathCount(() => now)
  expect([deaths.isTooMany(), deaths.isTooMany(), deaths.isTooMany()]).toEqual([false, false, true])
  const slow = createDeathCount(() => now)
  for (let i = 0; i < 10; i++) {
    expect(slow.isTooMany()).toBe(false)
    now += 40_000
  }
})

test('the project is found among the flags that Electron adds', () => {
  expect(projectArgument(['electron', '--enable-x', 'main.js', '--project', 'a b.eyrie', '--y'])).toBe('a b.eyrie')
  expect(projectArgument(['electron', '--project=/scans'])).toBe('/scans')
  expect(projectArgument(['electron', 'main.js'])).toBeNull()
  expect(projectArgument(['electron', '--project'])).toBeNull()
})

test('data lies where each system keeps it, and EYRIE_DATA_DIR moves it', () => {
  expect(dataFolder({}, 'linux', '/home/a')).toBe('/home/a/.local/share/eyrie')
  expect(dataFolder({ XDG_DATA_HOME: '/x' }, 'linux', '/home/a')).toBe('/x/eyrie')
  expect(dataFolder({}, 'darwin', '/Users/a')).toBe('/Users/a/Library/Application Support/Eyrie')
  expect(dataFolder({ EYRIE_DATA_DIR: '/d' }, 'darwin', '/Users/a')).toBe('/d')
})

test('G4: hosts get no tokens, proxies or Node options of ours', () => {
  const env = {
    PATH: '/bin',
    HOME: '/h',
    HTTPS_PROXY: 'x',
    NODE_OPTIONS: 'x',
    API_KEY: 'x',
    CUDA_VISIBLE_DEVICES: '0',
    EYRIE_DATA_DIR: 'x'
  }
  expect(Object.keys(hostEnvironment(env)).sort()).toEqual(['CUDA_VISIBLE_DEVICES', 'HOME', 'PATH'])
})

test('L2: what is logged holds no letters that steer a terminal', () => {
  expect(printable('a\u001b[31mb\u0007\nc\u009b')).toBe('a\ufffd[31mb\ufffd\nc\ufffd')
})
