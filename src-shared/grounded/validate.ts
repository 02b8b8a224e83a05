/** @file Finds what a tree must not hold. Findings, not errors: a bad tree is data. */
import type { Diagnostic } from '../errors'
import { isFiniteShape } from '../geometry/shape'
import type { GroundedText, RegionId } from './nodes'
import { visitNodes } from './visit'

const finding = (code: string, severity: Diagnostic['severity'], message: string): Diagnostic => ({
  code,
  severity,
  message
})

/**
 * Codes: `grounded/duplicate-region`, `grounded/not-finite`, `grounded/dangling-region` (errors),
 * `grounded/empty-mention`, `grounded/unused-region` (warnings). An empty list is a sound tree.
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
  visitNodes(tree.children, (node, path) => {
    if (node.type !== 'phrase' && node.type !== 'mention') return
    if (node.type === 'mention' && node.regionIds.length === 0) {
      diagnostics.push(
        finding('grounded/empty-mention', 'warning', `The mention at ${path.join('.')} names no region.`)
      )
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
