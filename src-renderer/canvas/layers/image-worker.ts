/** @file Runs in a worker: fetches, decodes and halves pictures, and hands the bitmaps over. */
import type { ImageSize } from '../../../src-shared/geometry/space'
import { loadLevels } from './image-decoding'

export type ToImageWorker =
  | { readonly type: 'load'; readonly request: number; readonly url: string; readonly size: ImageSize }
  | { readonly type: 'cancel'; readonly request: number }

export type FromImageWorker =
  | { readonly type: 'loaded'; readonly request: number; readonly levels: readonly ImageBitmap[] }
  | { readonly type: 'failed'; readonly request: number; readonly reason: string }

/** The parts of a worker's global that this file uses; the DOM library does not know them. */
interface WorkerGlobal {
  onmessage: ((event: MessageEvent<ToImageWorker>) => void) | null
  postMessage(message: FromImageWorker, transfer: readonly Transferable[]): void
}
const scope = globalThis as unknown as WorkerGlobal

const running = new Map<number, AbortController>()

const load = async (request: number, url: string, size: ImageSize): Promise<void> => {
  const controller = new AbortController()
  running.set(request, controller)
  try {
    const levels = await loadLevels(url, size, controller.signal)
    scope.postMessage({ type: 'loaded', request, levels }, [...levels])
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    if (!controller.signal.aborted) scope.postMessage({ type: 'failed', request, reason }, [])
  } finally {
    running.delete(request)
  }
}

scope.onmessage = ({ data }) => {
  if (data.type === 'load') void load(data.request, data.url, data.size)
  else running.get(data.request)?.abort()
}
