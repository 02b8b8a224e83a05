/**
 * @file Edits that left the canvas and have not come back as regions yet. Until they do, the canvas
 * shows the edited shape, so that nothing jumps back for a moment. An edit that never comes back
 * (the core refused it) is dropped after a while and the truth shows again.
 */
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import { isSameShape } from '../../src-shared/geometry/shape'
import type { RegionId } from '../../src-shared/grounded/nodes'
import type { RegionIndex } from './region-index'
import type { ShapeChange } from './tools/tool'

export const PENDING_MS = 2000

interface Pending extends ShapeChange {
  readonly before: RegionShape
}

export class PendingEdits {
  private edits = new Map<RegionId, Pending>()
  private drafts: readonly RegionShape[] = []
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly expired: () => void

  /** `expired` runs when edits were dropped because they never came back. */
  constructor(expired: () => void) {
    this.expired = expired
  }

  get changes(): readonly ShapeChange[] {
    return [...this.edits.values()]
  }

  get draftShapes(): readonly RegionShape[] {
    return this.drafts
  }

  shapeOf(id: RegionId): RegionShape | undefined {
    return this.edits.get(id)?.shape
  }

  sendChanges(changes: readonly ShapeChange[], index: RegionIndex): void {
    for (const { id, shape } of changes) {
      const region = index.get(id)
      if (region) this.edits.set(id, { id, shape, before: region.shape })
    }
    this.expireLater()
  }

  sendDraft(shape: RegionShape): void {
    this.drafts = [...this.drafts, shape]
    this.expireLater()
  }

  /** Forgets what `index` shows by now. */
  settle(index: RegionIndex): void {
    for (const [id, { before }] of this.edits) {
      const region = index.get(id)
      if (!region || !isSameShape(region.shape, before)) this.edits.delete(id)
    }
    this.drafts = this.drafts.filter((draft) => !index.regions.some(({ shape }) => isSameShape(shape, draft)))
  }

  clear(): void {
    clearTimeout(this.timer)
    this.edits = new Map()
    this.drafts = []
  }

  private expireLater(): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      const hadAny = this.edits.size + this.drafts.length > 0
      this.clear()
      if (hadAny) this.expired()
    }, PENDING_MS)
  }
}
