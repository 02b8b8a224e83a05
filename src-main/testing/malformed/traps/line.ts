/** @file What reading a trap gives, in one line. */
import { AppError } from '../../../../src-shared/errors'
import { FORMATS } from '../../../../src-shared/formats/registry'
import { ImageReferences } from '../../../../src-shared/formats/reading/image-references'
import type { ImportIssue } from '../../../../src-shared/formats/reading/item'
import { memorySource } from '../../../../src-shared/formats/reading/memory-source'
import { ContentJoin } from '../../../../src-shared/formats/round-trip/content'
import type { ContentRegion } from '../../../../src-shared/formats/round-trip/content'
import { placeOf } from '../../../../src-shared/formats/round-trip/place'
import { boundsOfMaskShape } from '../../../../src-shared/geometry/mask-shape'
import type { AnnotationShape } from '../../../../src-shared/geometry/region-shape'
import type { ImageSize } from '../../../../src-shared/geometry/space'
import type { GroundedNode } from '../../../../src-shared/grounded/nodes'
import { recognise } from '../../../core/import/recognise'
import { IMAGES } from '../example'
import type { Trap } from './trap'

const references = new ImageReferences(IMAGES.keys())
const find = (reference: string) => {
  const path = references.find(reference)
  return path === null ? null : { path, size: IMAGES.get(path) ?? null }
}

/** To a tenth of a pixel. */
function pixels(shape: AnnotationShape, size: ImageSize): string {
  const place = shape.type === 'mask' ? (boundsOfMaskShape(shape) ?? []) : placeOf(shape)
  return place.map((value, i) => Math.round(value * (i % 2 === 0 ? size.width : size.height) * 10) / 10).join(',')
}

function regionText({ shape, label, phrase, state }: ContentRegion, size: ImageSize): string {
  const name = label === null ? '' : ` ${label}`
  const words = phrase === null ? '' : ` "${phrase}"`
  return `${shape.type}${name}${words} ${pixels(shape, size)}${state === 'accepted' ? '' : ` (${state})`}`
}

const wordsOf = (nodes: readonly GroundedNode[], nameOf: (id: string) => string): string =>
  nodes
    .map((node) => {
      if (node.type === 'text') return node.value
      if (node.type === 'raw') return `«${node.value}»`
      const ids = node.regionIds.map(nameOf).join(' ')
      return node.type === 'mention' ? `[${ids}]` : `{${wordsOf(node.children, nameOf)}→${ids}}`
    })
    .join('')

const SEVERITY = { skip: 'skip', doubt: 'doubt', note: 'note' } as const

function toldText(issues: readonly ImportIssue[]): string {
  const counts = new Map<string, number>()
  for (const { severity, code } of issues) {
    const key = `${SEVERITY[severity]} ${code.replace('import/', '')}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [...counts].map(([key, count]) => (count === 1 ? key : `${count} ${key}`)).join(', ')
}

/** `told`: the messages, to be looked at. */
export async function lineOf({
  format: wanted,
  files
}: Pick<Trap, 'format' | 'files'>): Promise<{ readonly line: string; readonly told: readonly string[] }> {
  const source = memorySource({ files: new Map(Object.entries(files)), imageSizes: IMAGES })
  try {
    const { format } = await recognise(source, FORMATS, wanted)
    const join = new ContentJoin()
    for await (const batch of format.reader?.read(source, {}) ?? []) join.add(batch)
    const { images, labels } = join.content(find)
    const parts = images.map(({ path, size, regions, dialogues, relations }) => {
      const known = size ?? { width: 1, height: 1 }
      const index = new Map(regions.map(({ key }, i) => [key, String(i + 1)]))
      const nameOf = (id: string): string => index.get(id) ?? '?'
      return [
        path,
        ...regions.map((region) => regionText(region, known)),
        ...dialogues.map(({ turns }) =>
          turns.map(({ role, children }) => `${role === 'user' ? 'Q' : 'A'}: ${wordsOf(children, nameOf)}`).join(' / ')
        ),
        ...relations.map(({ subject, predicate, object }) => `${nameOf(subject)} ${predicate} ${nameOf(object)}`)
      ].join('; ')
    })
    const shown = wanted === null ? [`as ${format.info.id}`] : []
    const said = toldText(join.issues)
    const told = join.issues.map(({ code, file, line, record, message }) =>
      [code, file, line === undefined ? '' : `line ${line}`, record ?? '', message]
        .filter((part) => part !== '')
        .join(' · ')
    )
    return { line: [...shown, ...parts, `[${labels.join(', ')}]`, said].join(' | '), told }
  } catch (error) {
    if (error instanceof AppError && error.code.startsWith('import/'))
      return { line: `refused ${error.code.replace('import/', '')}`, told: [error.message] }
    throw error
  }
}
