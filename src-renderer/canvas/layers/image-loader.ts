/** @file Gets pictures from the image worker; where that cannot run, decodes on this thread. */
import type { ImageSize } from '../../../src-shared/geometry/space'
import { loadLevels } from './image-decoding'
import type { FromImageWorker, ToImageWorker } from './image-worker'

interface Waiting {
  readonly url: string
  readonly size: ImageSize
  readonly signal: AbortSignal
  resolve(levels: readonly ImageBitmap[]): void
  reject(reason: unknown): void
}

export class ImageLoader {
  private worker: Worker | null
  private readonly waiting = new Map<number, Waiting>()
  private requests = 0

  constructor() {
    this.worker = typeof Worker === 'undefined' ? null : this.startWorker()
  }

  /** Bitmaps from the largest to the smallest; the caller owns them. Rejects with the signal's reason when aborted. */
  load(url: string, size: ImageSize, signal: AbortSignal): Promise<readonly ImageBitmap[]> {
    // A worker resolves URLs against its own file.
    const absolute = new URL(url, document.baseURI).href
    if (!this.worker) return loadLevels(absolute, size, signal)
    const request = ++this.requests
    return new Promise((resolve, reject) => {
      this.waiting.set(request, { url: absolute, size, signal, resolve, reject })
      signal.addEventListener('abort', () => this.cancel(request), { once: true })
      this.send({ type: 'load', request, url: absolute, size })
    })
  }

  dispose(): void {
    this.worker?.terminate()
  }

  private startWorker(): Worker {
    const worker = new Worker(new URL('./image-worker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = ({ data }: MessageEvent<FromImageWorker>) => this.receive(data)
    worker.onerror = () => this.loadHere()
    return worker
  }

  private receive(message: FromImageWorker): void {
    const waiting = this.waiting.get(message.request)
    this.waiting.delete(message.request)
    if (message.type === 'failed') waiting?.reject(new Error(message.reason))
    else if (waiting) waiting.resolve(message.levels)
    else for (const level of message.levels) level.close()
  }

  private cancel(request: number): void {
    const waiting = this.waiting.get(request)
    if (!waiting) return
    this.waiting.delete(request)
    this.send({ type: 'cancel', request })
    waiting.reject(waiting.signal.reason)
  }

  /** The worker's file did not load or it died. */
  private loadHere(): void {
    this.worker?.terminate()
    this.worker = null
    const waiting = [...this.waiting.values()]
    this.waiting.clear()
    for (const { url, size, signal, resolve, reject } of waiting) loadLevels(url, size, signal).then(resolve, reject)
  }

  private send(message: ToImageWorker): void {
    this.worker?.postMessage(message)
  }
}
