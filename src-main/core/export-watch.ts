/** @file How far an export is, and whether anybody still wants it. */
import { AppError } from '../../src-shared/errors'
import type { Events } from '../../src-shared/ipc/contract'
import type { LookAtPictures } from './export-splits'
import type { LookAlikes } from './near-duplicates'

export type ExportProgress = Omit<Events['export.progress'], 'requestId'>

/** Who looks on: aborting leaves nothing behind; `images` is how many the project has. */
export interface ExportWatch {
  readonly signal?: AbortSignal
  readonly images?: number
  readonly onProgress?: (progress: ExportProgress) => void
}

const TOLD_EVERY_MS = 150

/** Documents go by several times for each format and split; each time is counted from the first. */
export class Watch {
  readonly #watch: ExportWatch
  #at: Omit<ExportProgress, 'done' | 'total'> = { format: '', split: null, phase: 'writing' }
  #done = 0
  #toldMs = -Infinity

  constructor(watch: ExportWatch) {
    this.#watch = watch
  }

  enter(format: string, split: string | null, phase: ExportProgress['phase']): void {
    this.stopWhenCancelled()
    this.#at = { format, split, phase }
    this.#toldMs = -Infinity
    this.begin()
    this.#tell()
  }

  begin(): void {
    this.#done = 0
  }

  see(): void {
    this.stopWhenCancelled()
    this.#done++
    this.#tell()
  }

  /** Looks at all pictures, as a step of its own. */
  async look(look: LookAtPictures): Promise<LookAlikes> {
    this.enter(this.#at.format, null, 'looking')
    const { signal } = this.#watch
    const onProgress = (looked: number): void => {
      this.#done = looked
      this.#tell()
    }
    try {
      return await look({ onProgress, ...(signal === undefined ? {} : { signal }) })
    } catch (error) {
      this.stopWhenCancelled()
      throw error
    }
  }

  stopWhenCancelled(): void {
    if (this.#watch.signal?.aborted !== true) return
    throw new AppError('export/cancelled', 'The export was cancelled.', {
      nextStep: 'Nothing was written; export again at any time.'
    })
  }

  #tell(): void {
    const { onProgress, images = 0 } = this.#watch
    const nowMs = performance.now()
    if (onProgress === undefined || nowMs - this.#toldMs < TOLD_EVERY_MS) return
    this.#toldMs = nowMs
    onProgress({ ...this.#at, done: Math.min(this.#done, images), total: images })
  }
}
