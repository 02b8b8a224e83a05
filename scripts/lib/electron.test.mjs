import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runQuietly } from './child.mjs'
import { folderBytes } from './electron.mjs'

let folder
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eyrie electron-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** What starts at the same time resolve to, and what their installers left in the log. */
async function fetchTwice(installer) {
  const place = { folder: join(folder, 'electron'), failureMark: join(folder, 'failed'), lock: join(folder, 'lock') }
  const log = join(folder, 'log')
  mkdirSync(place.folder)
  writeFileSync(log, '')
  writeFileSync(
    join(place.folder, 'install.js'),
    `const fs = require('node:fs'), path = require('node:path')
     fs.appendFileSync(${JSON.stringify(log)}, 'begins ')
     setTimeout(() => { ${installer}; fs.appendFileSync(${JSON.stringify(log)}, 'ends ') }, 300)`
  )
  const script = `
    import { fetchElectron } from ${JSON.stringify(new URL('./electron.mjs', import.meta.url).href)}
    console.log('fetched', await fetchElectron(process.execPath, ${JSON.stringify(place)}))`
  const runs = await Promise.all(
    Array.from({ length: 2 }, () => runQuietly(process.execPath, ['--input-type=module', '-e', script]))
  )
  return { results: runs.map(({ output }) => /^fetched (.*)$/m.exec(output)?.[1]), log: readFileSync(log, 'utf8') }
}

test('of two starts at once one fetches Electron, and both have it', async () => {
  const installer = `
    fs.mkdirSync(path.join(__dirname, 'dist'))
    fs.writeFileSync(path.join(__dirname, 'dist', 'program'), '')
    fs.writeFileSync(path.join(__dirname, 'path.txt'), 'program')`
  const { results, log } = await fetchTwice(installer)
  const program = join(folder, 'electron', 'dist', 'program')
  expect({ results, log }).toEqual({ results: [program, program], log: 'begins ends ' })
})

test('a fetch that failed is not tried again by the start that waited for it', async () => {
  expect(await fetchTwice('process.exitCode = 1')).toEqual({ results: ['null', 'null'], log: 'begins ends ' })
})

test('the size of a download counts what is in its folders, and nothing where there is none', () => {
  mkdirSync(join(folder, 'a/b'), { recursive: true })
  writeFileSync(join(folder, 'one'), '1')
  writeFileSync(join(folder, 'a/b/three'), '333')
  expect(folderBytes(folder)).toBe(4)
  expect(folderBytes(join(folder, 'gone'))).toBe(0)
})
