/** @file Outlines that an export wrote as polygons of their own because the tool has no region of several. */
import type { AnnotationShape } from '../../geometry/region-shape'
import { noted } from './issue'
import type { ImportIssue, ImportRegion } from '../reading/item'

export type PartRegion = ImportRegion & { readonly part: readonly [of: number, rings: number] | null }

const plain = ({ part: _, ...region }: PartRegion): ImportRegion => region

/** What somebody took apart in the tool (a ring removed, another label) stays apart, and is told. */
export function joinParts(
  regions: readonly PartRegion[],
  file: string
): { readonly regions: readonly ImportRegion[]; readonly issues: readonly ImportIssue[] } {
  const groups = new Map<number, PartRegion[]>()
  for (const region of regions) {
    if (region.part !== null) groups.set(region.part[0], [...(groups.get(region.part[0]) ?? []), region])
  }
  const whole = new Map<PartRegion, AnnotationShape>()
  const gone = new Set<PartRegion>()
  const issues: ImportIssue[] = []
  for (const [of, group] of groups) {
    const [first, ...rest] = group
    if (first === undefined) continue
    const isWhole =
      group.length === first.part?.[1] &&
      group.every(({ shape, label }) => shape.type === 'polygon' && label === first.label)
    if (!isWhole) {
      const message = `Region ${of} was exported as ${first.part?.[1] ?? 0} outlines; ${group.length} of them are there, read one by one.`
      issues.push(noted({ file }, 'import/loose-parts', message))
      continue
    }
    const rings = group.map(({ shape }) => (shape.type === 'polygon' ? shape.points : []))
    whole.set(first, { type: 'multipolygon', rings })
    rest.forEach((region) => gone.add(region))
  }
  const joined = regions
    .filter((region) => !gone.has(region))
    .map((region) => plain({ ...region, shape: whole.get(region) ?? region.shape }))
  return { regions: joined, issues }
}
