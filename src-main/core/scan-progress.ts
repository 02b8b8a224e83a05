/** @file How far the look at a folder is, told to the windows a few times a second, however many files there are. */
import type { ScanOptions } from '../files/scan'
import type { Emit } from './ports'
import type { Progress } from './register-images'

const TOLD_EVERY_MS = 200

export interface ScanProgress {
  readonly onFound: NonNullable<ScanOptions['onProgress']>
  readonly onOpened: Progress
}

/** One look at one folder. Says at once that it began. */
export function tellScanProgress(emit: Emit): ScanProgress {
  let toldAtMs = performance.now()
  emit('project.scanning', { done: 0, total: null })
  function tell(done: number, total: number | null): void {
    const nowMs = performance.now()
    if (done !== total && nowMs - toldAtMs < TOLD_EVERY_MS) return
    toldAtMs = nowMs
    emit('project.scanning', { done, total })
  }
  return {
    onFound: ({ images }) => tell(images, null),
    onOpened: ({ done, total }) => tell(done, total)
  }
}
