/**
 * @file Edits that left the canvas and have not come back as regions yet. Until they do, the canvas
 * shows the edited shape, so that nothing jumps back for a moment. An edit that never comes back
 * (the core refused it) is dropped after a while and the truth shows again.
 */
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import type { RegionId } from '../../src-shared/grounded/nodes'
import type { RegionIndex } from './region-index'
import type { ShapeChange } from './tools/tool'

export const PENDING_MS = 2000

interface Pending {
  readonly shape: RegionShape
  readonly before: RegionShape
  readonly until: number
}

export const isSameShape = (a: RegionShape, b: RegionShape): boolean => {
  const left: readonly number[] = a.type === 'box' ? a.box : a.point
  const right: readonly number[] = b.type === 'box' ? b.box : b.point
  return a.type === b.type && left.every((value, i) => value === right[i])
}

export class PendingEdits {
  private readonly edits = new Map<RegionId, Pending>()
  private drafts: { readonly shape: RegionShape; readonly until: number }[] = []

  get ids(): Iterable<RegionId> {
    return this.edits.keys()
  }

  get draftShapes(): readonly RegionShape[] {
    return this.drafts.map(({ shape }) => shape)
  }

  get isEmpty(): boolean {
    return this.edits.size === 0 && this.drafts.length === 0
  }

  shapeOf(id: RegionId): RegionShape | undefined {
    return this.edits.get(id)?.shape
  }

  sendChanges(changes: readonly ShapeChange[], index: RegionIndex, now: number): void {
    for (const { id, shape } of changes) {
      const region = index.get(id)
      if (region) this.edits.set(id, { shape, before: region.shape, until: now + PENDING_MS })
    }
  }

  sendDraft(shape: RegionShape, now: number): void {
    this.drafts.push({ shape, until: now + PENDING_MS })
  }

  /** Forgets what `index` shows by now and what waited too long; true when anything was forgotten. */
  settle(index: RegionIndex, now: number): boolean {
    const countBefore = this.edits.size + this.drafts.length
    for (const [id, edit] of this.edits) {
      const region = index.get(id)
      if (!region || now >= edit.until || !isSameShape(region.shape, edit.before)) this.edits.delete(id)
    }
    if (this.drafts.length > 0) {
      this.drafts = this.drafts.filter(
        (draft) => now < draft.until && !index.regions.some((region) => isSameShape(region.shape, draft.shape))
      )
    }
    return this.edits.size + this.drafts.length < countBefore
  }

  clear(): void {
    this.edits.clear()
    this.drafts = []
  }
}
