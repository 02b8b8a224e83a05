/** @file The card of a model that was made elsewhere: its family says what it can do, its README the licence. */
import { basename } from 'node:path'
import type { Family } from '../families/family'
import { cardSchema, isModelId } from './config'
import type { ModelCard } from './config'
import { readText } from './read-json'

/** `license: apache-2.0` in the head of a model card; `license_name` where that says "other". */
export function licenceOf(readme: string | null): string {
  const head = /^---\r?\n([\s\S]*?)\r?\n---/.exec(readme ?? '')?.[1] ?? ''
  const value = (key: string): string =>
    new RegExp(`^${key}:\\s*["']?([^"'\\r\\n]+?)["']?\\s*$`, 'm').exec(head)?.[1] ?? ''
  const licence = value('license')
  return licence === 'other' ? value('license_name') || licence : licence
}

/** Letters, digits, points and dashes of the folder's name. */
function idOf(folderName: string): string {
  const id = folderName
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[._-]+|[._-]+$/g, '')
    .slice(0, 64)
  return isModelId(id) ? id : 'unnamed'
}

/** What a card says of a model beside its name. */
type Described = Pick<Family, 'id' | 'dialect' | 'space' | 'asks' | 'cannot'>

export async function deriveCard(dir: string, family: Described): Promise<ModelCard> {
  const name = basename(dir)
  const id = idOf(name)
  return cardSchema.parse({
    id,
    name,
    family: family.id,
    dialect: family.dialect,
    space: family.space,
    licence: licenceOf(await readText(dir, id, 'README.md')),
    tasks: [{ examples: family.asks }],
    cannot: family.cannot
  })
}
