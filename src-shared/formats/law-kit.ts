/**
 * @file The laws of formats: small projects (law-projects.ts) written to memory and read back. For test files only. A
 * format's test calls `testFormatLaws(format)`; what differs from format to format it takes from `info.keeps`, and trees
 * of words, which depend on the dialect, from its options.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Format } from './format'
import type { FormatKeeps } from './keeps'
import { keepsWith, resolutionPx } from './keeps'
import { ALL_KINDS, exportOptions, projects, sizesOf, writeToMemory } from './law-projects'
import type { LawOptions, LawProject, MemoryFileMap } from './law-projects'
import type { ImportIssue, ImportItem } from './reading/item'
import { memorySource } from './reading/memory-source'
import { ImageReferences } from './reading/image-references'
import { ContentJoin, contentOfDocument, labelNames } from './round-trip/content'
import type { ProjectContent } from './round-trip/content'
import { differences } from './round-trip/differences'
import type { RoundTrip } from './round-trip/differences'
import { judge } from './round-trip/verdict'
import { documentsOf } from './round-trip/documents'

/** Every item of the files, in order; the images of `project` are there to be asked for their size. */
export async function itemsFromMemory(
  format: Format,
  files: MemoryFileMap,
  project: LawProject,
  options: LawOptions = {}
): Promise<readonly ImportItem[]> {
  if (format.reader === undefined) throw new Error(`${format.info.id} has no reader`)
  const { dialect, space } = exportOptions(options)
  const source = memorySource({ files: options.unpack?.(files) ?? files, imageSizes: sizesOf(project) })
  const items: ImportItem[] = []
  const settings = format.info.takesDialect ? { dialect, ...(space === undefined ? {} : { space }) } : {}
  for await (const batch of format.reader.read(source, settings)) items.push(...batch)
  return items
}

/** What came back, put together as the importer does it. Throws on an issue: what Eyrie wrote it reads without one. */
export async function readFromMemory(
  format: Format,
  files: MemoryFileMap,
  project: LawProject,
  options: LawOptions = {}
): Promise<ProjectContent> {
  const join = new ContentJoin()
  join.add(await itemsFromMemory(format, files, project, options))
  // A note tells of something nobody can hold; a region outside the image was there before (E2), and may lie as if its
  // axes were swapped. Any other skip or doubt about our own file is a fault.
  const isFault = ({ severity, code }: ImportIssue): boolean =>
    severity !== 'note' && !['import/outside-image', 'import/maybe-swapped-axes'].includes(code)
  expect(join.issues.filter(isFault)).toEqual([])
  return contentOfJoin(join, project)
}

function contentOfJoin(join: ContentJoin, project: LawProject): ProjectContent {
  const sizes = sizesOf(project)
  const references = new ImageReferences(sizes.keys())
  return join.content((reference) => {
    const path = references.find(reference)
    return path === null ? null : { path, size: sizes.get(path) ?? null }
  })
}

export function contentOf(project: LawProject, options: LawOptions = {}): ProjectContent {
  const names = new Map(project.labels.map(({ id, name }) => [id, name]))
  return {
    labels: labelNames(project.labels),
    images: project.documents.flatMap((document) => contentOfDocument(document, names, exportOptions(options)) ?? [])
  }
}

export function compare(
  format: Format,
  before: ProjectContent,
  after: ProjectContent,
  options: LawOptions = {}
): RoundTrip {
  const keeps = keepsWith(keepsOf(format), exportOptions(options).dialect)
  return differences(before, after, {
    keeps,
    resolutionPx: (size) => resolutionPx(keeps, size, exportOptions(options))
  })
}

export function keepsOf(format: Format): FormatKeeps {
  const { keeps } = format.info
  if (keeps === undefined) throw new Error(`${format.info.id} does not say what it keeps`)
  return keeps
}

/** `read(write(P)) = P` within what is kept, and ten times over: no count changes, drift at most once the resolution. */
export function testFormatLaws(format: Format, options: LawOptions = {}): void {
  const keeps = keepsWith(keepsOf(format), exportOptions(options).dialect)
  const runs = options.runs === undefined ? {} : { numRuns: options.runs }

  describe(`laws of ${format.info.id}`, () => {
    test('what it keeps of a project comes back when it is written and read', async () => {
      await fc.assert(
        fc.asyncProperty(projects(keeps, options), async (project) => {
          const { files } = await writeToMemory(format, project, options)
          const back = await readFromMemory(format, files, project, options)
          expect(compare(format, contentOf(project, options), back, options).differences).toEqual([])
        }),
        runs
      )
    })

    test('ten exports and imports change no count and no order, and move nothing more than once', async () => {
      await fc.assert(
        fc.asyncProperty(projects(keeps, options), async (project) => {
          const first = contentOf(project, options)
          let current = project
          let content = first
          for (let cycle = 0; cycle < 10; cycle++) {
            const { files } = await writeToMemory(format, current, options)
            content = await readFromMemory(format, files, current, options)
            current = documentsOf(content)
          }
          expect(compare(format, first, content, options).differences).toEqual([])
        }),
        { numRuns: Math.max(10, Math.floor((options.runs ?? 100) / 5)) }
      )
    })

    test('whatever a project holds, what does not come back was counted or said when it was written', async () => {
      const everything: FormatKeeps = { ...keeps, shapes: ALL_KINDS, outside: 'kept' }
      const isAll = fc.boolean()
      await fc.assert(
        fc.asyncProperty(projects(everything, options), isAll, async (project, includeProposals) => {
          const chosen = { ...options, export: { ...options.export, includeProposals } }
          const { files, summary } = await writeToMemory(format, project, chosen)
          const join = new ContentJoin()
          join.add(await itemsFromMemory(format, files, project, chosen))
          const back = contentOfJoin(join, project)
          const roundTrip = compare(format, contentOf(project, chosen), back, chosen)
          const { silent } = judge(roundTrip, summary)
          expect({ silent, differences: Object.keys(silent).length === 0 ? [] : roundTrip.differences }).toEqual({
            silent: {},
            differences: []
          })
        }),
        runs
      )
    })

    test('it is recognised by what it writes, and writes the same bytes each time', async () => {
      await fc.assert(
        fc.asyncProperty(projects(keeps, options), async (project) => {
          const { files, summary } = await writeToMemory(format, project, options)
          const again = await writeToMemory(format, project, options)
          expect([...again.files]).toEqual([...files])
          const source = memorySource({ files: options.unpack?.(files) ?? files, imageSizes: sizesOf(project) })
          const recognition = await format.reader?.recognise(source)
          if (summary.counts.regions + summary.counts.dialogues > 0) expect(recognition ?? null).not.toBeNull()
        }),
        { numRuns: 25 }
      )
    })
  })
}
