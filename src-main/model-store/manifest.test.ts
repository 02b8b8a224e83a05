import { readFile, readdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findDialect } from '../../src-shared/dialects/registry'
import { termsOf } from './licence'
import { graphsOf, readManifests, typeOf } from './manifest'
import { modelsPage } from './page'

const MODELS = join(import.meta.dirname, '../../models')
const { manifests, broken } = await readManifests(join(MODELS, 'manifests'))

describe('the registry of known models', () => {
  test('has a file for each model and nothing else, and every one can be read', async () => {
    expect(broken).toEqual([])
    expect((await readdir(join(MODELS, 'manifests'))).length).toBe(manifests.length)
    expect(manifests.length).toBeGreaterThan(5)
  })

  test.each(manifests.map((manifest) => [manifest.id, manifest] as const))(
    '%s can be run by this version, speaks a known dialect, and says what nobody has confirmed',
    (_, manifest) => {
      const graphs = graphsOf(manifest)
      expect(graphs?.length).toBeGreaterThan(0)
      expect(findDialect(manifest.dialect)).not.toBeNull()
      for (const set of manifest.weights) for (const graph of graphs ?? []) expect(typeOf(set, graph)).not.toBe('')
      expect(new Set(manifest.weights.map(({ id }) => id)).size).toBe(manifest.weights.length)
      // Hashes nobody has compared are not claimed to be known, and what is not confirmed says why.
      expect(manifest.unknown.includes('hashes')).toBe(Object.keys(manifest.sha256).length === 0)
      expect(manifest.confirmed).toBe(manifest.unknown.length === 0)
      expect(manifest.unknown.includes('licence')).toBe(!manifest.licence.isConfirmed)
    }
  )

  test('asks for consent wherever a licence is not known to be free', () => {
    for (const { licence } of manifests) if (termsOf(licence.name) !== 'open') expect(licence.terms).not.toBe('open')
    expect(['MIT', 'apache-2.0', 'gemma', 'qwen-research', 'cc-by-nc-4.0', 'other', ''].map(termsOf)).toEqual([
      'open',
      'open',
      'restricted',
      'restricted',
      'restricted',
      'unknown',
      'unknown'
    ])
  })

  test('is what docs/models.md lists', async () => {
    expect(await readFile(join(MODELS, '../docs/models.md'), 'utf8')).toBe(await modelsPage(join(MODELS, 'manifests')))
  })

  test('names a broken file and hides nothing else', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'eyrie-manifests-'))
    const [first] = manifests
    const write = (name: string, value: unknown): Promise<void> => writeFile(join(dir, name), JSON.stringify(value))
    await write(`${first?.id}.json`, first)
    await write('other-name.json', first)
    await write('way-out.json', { ...first, repository: '../../etc' })
    await write('script.json', { ...first, postinstall: 'rm' })
    await writeFile(join(dir, 'cut.json'), '{"format":')
    const read = await readManifests(dir)
    expect(read.manifests.map(({ id }) => id)).toEqual([first?.id])
    expect(read.broken.map(({ file }) => file)).toEqual(['cut.json', 'other-name.json', 'script.json', 'way-out.json'])
    expect(await readManifests(join(dir, 'nowhere'))).toEqual({ manifests: [], broken: [] })
    await rm(dir, { recursive: true })
  })
})
