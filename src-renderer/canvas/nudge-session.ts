/**
 * @file Arrow keys. One press or one hold is one gesture: shapes change while the key is down and
 * go out once, when it comes up or after a pause.
 */
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import type { RegionId } from '../../src-shared/grounded/nodes'
import type { ShapeChange } from './tools/tool'

const PAUSE_MS = 600

export class NudgeSession {
  private shapes = new Map<RegionId, RegionShape>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly commit: (changes: readonly ShapeChange[]) => void

  constructor(commit: (changes: readonly ShapeChange[]) => void) {
    this.commit = commit
  }

  get isOpen(): boolean {
    return this.shapes.size > 0
  }

  get changes(): readonly ShapeChange[] {
    return [...this.shapes].map(([id, shape]) => ({ id, shape }))
  }

  isFor(ids: readonly RegionId[]): boolean {
    return ids.length === this.shapes.size && ids.every((id) => this.shapes.has(id))
  }

  shapeOf(id: RegionId): RegionShape | undefined {
    return this.shapes.get(id)
  }

  step(changes: readonly ShapeChange[]): void {
    for (const { id, shape } of changes) this.shapes.set(id, shape)
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.finish(), PAUSE_MS)
  }

  finish(): void {
    const { changes } = this
    this.cancel()
    if (changes.length > 0) this.commit(changes)
  }

  /** True when there was something to forget. */
  cancel(): boolean {
    const wasOpen = this.isOpen
    clearTimeout(this.timer)
    this.shapes = new Map()
    return wasOpen
  }
}
