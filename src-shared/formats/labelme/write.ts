/** @file Writing LabelMe and X-AnyLabeling files: a folder with one for each image, and the list of classes. */
import { compareLabels } from '../../document/order'
import type { ImageDocument, LabelRecord, RegionRecord } from '../../document/records'
import { FileNames } from '../kit/file-names'
import { attributesOfRegion, isOutsideImage, shapeOfRegion } from '../kit/region'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource } from '../format'
import { selectRegions } from '../selection'
import { Tally } from '../tally'
import { OWN_KEY } from '../kit/own-fields'
import { UNLABELLED } from './tool'
import type { LabelTool } from './tool'
import { drawShape, isLeftOut, shapeEntry, splitAttributes } from './write-shape'
import type { Named } from './write-shape'

export function writeLabelTool(tool: LabelTool, source: ExportSource, options: ExportOptions): ExportRun {
  const tally = new Tally()
  return { chunks: encode(tool, source, options, tally), summary: () => tally.summary() }
}

async function* encode(
  tool: LabelTool,
  source: ExportSource,
  options: ExportOptions,
  tally: Tally
): AsyncGenerator<ExportChunk> {
  const labels = source.labels.toSorted(compareLabels)
  const classes = [...tool.pseudoClasses, ...labels.map(({ name }) => name)]
  if (labels.length > 0)
    yield { fileName: `${tool.folder}/${tool.classFile}`, text: classes.map((name) => `${name}\n`).join('') }
  const named = naming(labels)
  const names = new FileNames()
  // The list of classes must not be taken for an image's file, nor written over by one.
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    const { path, isUsual } = names.take(document.image.relativePath, 'json')
    if (!isUsual) {
      const message = `Two images would share one file of ${tool.name}; the second file has a longer name.`
      tally.lose({ code: 'format/file-name', message, path: [] }, document.image)
    }
    tally.skip('dialogue', document.dialogues.length)
    tally.skip('relation', document.relations.length)
    const shapes = shapesOf(document, selection.regions, tool, named, tally)
    tally.count('images')
    tally.count('records')
    yield { fileName: `${tool.folder}/${path}`, text: fileText(document, shapes, tool) }
  }
}

function naming(labels: readonly LabelRecord[]): (region: RegionRecord) => Named {
  const nameOf = new Map(labels.map(({ id, name }) => [id, name]))
  const names = new Set(nameOf.values())
  let unlabelled = UNLABELLED
  while (names.has(unlabelled)) unlabelled += ' (no label)'
  return ({ labelId }) => {
    const name = labelId === null ? undefined : nameOf.get(labelId)
    return { label: name ?? unlabelled, isUnlabelled: name === undefined }
  }
}

function shapesOf(
  document: ImageDocument,
  regions: readonly RegionRecord[],
  tool: LabelTool,
  named: (region: RegionRecord) => Named,
  tally: Tally
): readonly unknown[] {
  const { image } = document
  const size = image.size ?? { width: 0, height: 0 }
  const splits = regions.map((region) => splitAttributes(attributesOfRegion(region), tool))
  let part = splits.reduce((most, { groupId }) => Math.max(most, groupId ?? 0), 0)
  return regions.flatMap((region, i) => {
    const shape = shapeOfRegion(region)
    if (shape.type === 'multipolygon') part++
    const drawn = drawShape(shape, size, tool, part)
    if (isLeftOut(drawn)) {
      tally.skip(drawn['left-out'])
      return []
    }
    const split = splits[i] ?? splitAttributes({}, tool)
    if (shape.type === 'mask' && (shape.size.width !== size.width || shape.size.height !== size.height)) {
      const message = 'A mask counts on another grid than the image has; it was stretched to it.'
      tally.lose({ code: 'format/mask-resized', message, path: [] }, image)
    }
    if (isOutsideImage(shape)) {
      const message = 'A region reaches outside the image; its coordinates are written as they are.'
      tally.lose({ code: 'format/outside-image', message, path: [] }, image)
    }
    tally.count('regions')
    const groupId = split.groupId ?? (shape.type === 'multipolygon' ? part : null)
    return drawn.map((each) => shapeEntry(each, region, named(region), split, tool, groupId))
  })
}

/** Keys in the tool's own order, two spaces deep, as it saves. The image is named as a neighbour of its file. */
function fileText({ image, review }: ImageDocument, shapes: readonly unknown[], tool: LabelTool): string {
  const { relativePath, size } = image
  const record = {
    version: tool.version,
    flags: {},
    ...(tool.id === 'x-anylabeling' ? { checked: review.done } : {}),
    shapes,
    imagePath: relativePath.slice(relativePath.lastIndexOf('/') + 1),
    imageData: null,
    imageHeight: size?.height ?? null,
    imageWidth: size?.width ?? null,
    [OWN_KEY]: { image: relativePath }
  }
  return `${JSON.stringify(record, null, 2)}\n`
}
