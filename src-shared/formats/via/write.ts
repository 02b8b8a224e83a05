/** @file Writing a project of VIA 2. */
import { compareLabels } from '../../document/order'
import type { ImageDocument, LabelRecord, RegionRecord } from '../../document/records'
import { pixelPointFromNormalized } from '../../geometry/convert'
import type { AnnotationShape } from '../../geometry/region-shape'
import type { ImageSize, NormalizedPoint } from '../../geometry/space'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource } from '../format'
import { pixelBoxOf, pixelCorners } from '../kit/pixel-shapes'
import { attributesOfRegion, isOutsideImage, shapeOfRegion } from '../kit/region'
import { selectRegions } from '../selection'
import { Tally } from '../tally'
import { CLASS_ATTRIBUTE, CLASS_NAMES, CONFIDENCE, OWN_ATTRIBUTE, PHRASE, UNLABELLED } from './tool'

export const PROJECT_FILE = 'via-project.json'

export function writeVia(source: ExportSource, options: ExportOptions): ExportRun {
  const tally = new Tally()
  return { chunks: encode(source, options, tally), summary: () => tally.summary() }
}

async function* encode(source: ExportSource, options: ExportOptions, tally: Tally): AsyncGenerator<ExportChunk> {
  const labels = source.labels.toSorted(compareLabels)
  const chunk = (text: string): ExportChunk => ({ fileName: PROJECT_FILE, text })
  yield chunk(`${head(labels)},\n"_via_img_metadata":{`)
  const nameOf = naming(labels)
  const keys: string[] = []
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    const { image } = document
    const key = `${image.relativePath}${image.sizeBytes}`
    const entry = {
      filename: image.relativePath,
      size: image.sizeBytes,
      regions: selection.regions.flatMap((region, i) =>
        regionsOf(region, i + 1, document, selection.size, nameOf, tally)
      ),
      file_attributes: {}
    }
    tally.skip('dialogue', document.dialogues.length)
    tally.skip('relation', document.relations.length)
    tally.count('images')
    tally.count('records')
    yield chunk(`${keys.length === 0 ? '\n' : ',\n'}${JSON.stringify(key)}:${JSON.stringify(entry)}`)
    keys.push(key)
  }
  yield chunk(`},\n"_via_image_id_list":${JSON.stringify(keys)}}\n`)
}

function head(labels: readonly LabelRecord[]): string {
  const names = labels.map(({ name }) => name)
  const settings = {
    project: { name: 'Eyrie' },
    core: { filepath: {}, default_filepath: '' },
    [OWN_ATTRIBUTE]: { labels: names }
  }
  const options = Object.fromEntries(names.map((name) => [name, '']))
  const region = {
    [CLASS_ATTRIBUTE]: { type: 'dropdown', description: '', options, default_options: {} },
    [PHRASE]: { type: 'text', description: '', default_value: '' }
  }
  return [
    `{"_via_settings":${JSON.stringify(settings)}`,
    `"_via_attributes":${JSON.stringify({ region, file: {} })}`,
    `"_via_data_format_version":"2.0.10"`
  ].join(',\n')
}

type Named = { readonly label: string; readonly isUnlabelled: boolean }

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

interface Drawn {
  readonly shape: Readonly<Record<string, unknown>>
  readonly own?: Readonly<Record<string, unknown>>
}

function draw(shape: AnnotationShape, size: ImageSize, part: number): readonly Drawn[] | null {
  const line = (name: string, points: readonly NormalizedPoint[]): Readonly<Record<string, unknown>> => {
    const pixels = pixelCorners(points, size)
    return { name, all_points_x: pixels.map(([x]) => x), all_points_y: pixels.map(([, y]) => y) }
  }
  switch (shape.type) {
    case 'box': {
      const [x0, y0, x1, y1] = pixelBoxOf(shape, size)
      return [{ shape: { name: 'rect', x: x0, y: y0, width: x1 - x0, height: y1 - y0 } }]
    }
    case 'point': {
      const [cx, cy] = pixelPointFromNormalized(shape.point, size)
      return [{ shape: { name: 'point', cx, cy } }]
    }
    case 'polygon':
      return [{ shape: line('polygon', shape.points) }]
    case 'polyline':
      return [{ shape: line('polyline', shape.points) }]
    case 'quad':
      return [{ shape: line('polygon', shape.points), own: { shape: 'quad' } }]
    case 'multipolygon':
      return shape.rings.map((ring) => ({ shape: line('polygon', ring), own: { part: [part, shape.rings.length] } }))
    default:
      return null
  }
}

const TAKEN: ReadonlySet<string> = new Set([...CLASS_NAMES, PHRASE, CONFIDENCE, OWN_ATTRIBUTE])

function regionsOf(
  region: RegionRecord,
  part: number,
  { image }: ImageDocument,
  size: ImageSize,
  nameOf: (region: RegionRecord) => Named,
  tally: Tally
): readonly unknown[] {
  const shape = shapeOfRegion(region)
  const drawn = draw(shape, size, part)
  if (drawn === null) {
    tally.skip(`region-${shape.type}`)
    return []
  }
  if (isOutsideImage(shape)) {
    const message = 'A region reaches outside the image; its coordinates are written as they are.'
    tally.lose({ code: 'format/outside-image', message, path: [] }, image)
  }
  tally.count('regions')
  const { label, isUnlabelled } = nameOf(region)
  const attributes = Object.entries(attributesOfRegion(region))
  // Of other types than text, and under names that mean something else here, they come back from `eyrie`.
  const words = attributes.filter(([name]) => !TAKEN.has(name)).map(([name, value]) => [name, String(value)] as const)
  const exact = attributes.filter(([name, value]) => TAKEN.has(name) || typeof value !== 'string')
  return drawn.map((each) => {
    const own = {
      ...(isUnlabelled ? { unlabelled: label } : {}),
      ...each.own,
      ...(region.state === 'accepted' ? {} : { state: region.state }),
      ...(region.provenance.origin === 'import' ? {} : { origin: region.provenance.origin }),
      ...(exact.length === 0 ? {} : { attributes: Object.fromEntries(exact) })
    }
    const said = [
      [CLASS_ATTRIBUTE, label] as const,
      ...(region.phrase === null || region.phrase === '' ? [] : [[PHRASE, region.phrase] as const]),
      ...(region.confidence === null ? [] : [[CONFIDENCE, String(region.confidence)] as const]),
      ...words,
      ...(Object.keys(own).length === 0 ? [] : [[OWN_ATTRIBUTE, JSON.stringify(own)] as const])
    ]
    return { shape_attributes: each.shape, region_attributes: Object.fromEntries(said) }
  })
}
