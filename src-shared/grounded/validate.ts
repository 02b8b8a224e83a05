/** @file Finds what a tree must not hold. Findings, not errors: a bad tree is data. */
import type { Diagnostic, SourceRange } from '../errors'
import { isFiniteShape } from '../geometry/shape'
import type { GroundedNode, GroundedText, RegionId } from './nodes'
import { visitNodes } from './visit'
import type { NodePath } from './visit'

const finding = (code: string, severity: Diagnostic['severity'], message: string): Diagnostic => ({
  code,
  severity,
  message
})

/** A node ends at or after its start, begins at or after the end of the one before it, and lies inside its parent. */
function checkPositions(
  nodes: readonly GroundedNode[],
  parent: SourceRange | undefined,
  diagnostics: Diagnostic[],
  path: NodePath = []
): void {
  let end = parent?.start ?? 0
  nodes.forEach((node, index) => {
    const { position } = node
    if (position !== undefined) {
      const isOutside =
        position.end < position.start || position.start < end || position.end > (parent?.end ?? Infinity)
      if (isOutside) {
        const message = `The ${node.type} at ${[...path, index].join('.')} stands at ${position.start} to ${position.end}, outside its place.`
        diagnostics.push(finding('grounded/bad-position', 'error', message))
      }
      end = Math.max(end, position.end)
    }
    if (node.type === 'phrase') checkPositions(node.children, position ?? parent, diagnostics, [...path, index])
  })
}

/**
 * Codes: `grounded/duplicate-region`, `grounded/not-finite`, `grounded/dangling-region`,
 * `grounded/role-count`, `grounded/bad-position` (errors), `grounded/empty-mention`,
 * `grounded/unused-region` (warnings). An empty list is a sound tree. Phrases inside phrases, several
 * nodes with one region and phrases without regions are sound.
 */
export function validateGroundedText(tree: GroundedText): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  const known = new Set<RegionId>()
  for (const { id, shape } of tree.regions) {
    if (known.has(id)) diagnostics.push(finding('grounded/duplicate-region', 'error', `Two regions have the id ${id}.`))
    known.add(id)
    if (!isFiniteShape(shape)) {
      diagnostics.push(finding('grounded/not-finite', 'error', `Region ${id} has a coordinate that is no number.`))
    }
  }
  const used = new Set<RegionId>()
  checkPositions(tree.children, undefined, diagnostics)
  visitNodes(tree.children, (node, path) => {
    if (node.type !== 'phrase' && node.type !== 'mention') return
    if (node.type === 'mention' && node.regionIds.length === 0) {
      diagnostics.push(
        finding('grounded/empty-mention', 'warning', `The mention at ${path.join('.')} names no region.`)
      )
    }
    if (node.type === 'phrase' && node.roles !== undefined && node.roles.length !== node.regionIds.length) {
      const message = `The phrase at ${path.join('.')} has ${node.roles.length} roles for ${node.regionIds.length} regions.`
      diagnostics.push(finding('grounded/role-count', 'error', message))
    }
    for (const id of node.regionIds) {
      used.add(id)
      if (!known.has(id)) {
        const message = `The ${node.type} at ${path.join('.')} names region ${id}, which does not exist.`
        diagnostics.push(finding('grounded/dangling-region', 'error', message))
      }
    }
  })
  for (const id of known) {
    if (!used.has(id)) diagnostics.push(finding('grounded/unused-region', 'warning', `No words name region ${id}.`))
  }
  return diagnostics
}
