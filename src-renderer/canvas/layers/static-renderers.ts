/** @file The two ways to get a static bitmap: a worker, or slices of this thread. */
import type { FontSource } from './fonts'
import type { PackedScene } from './packed-scene'
import { StaticPainter, bitmapSize } from './static-painter'
import type { StaticRequest } from './static-painter'
import type { FromWorker, ToWorker } from './static-worker'

export interface RendererListener {
  /** Ownership of `bitmap` passes to the listener. */
  drawn(sequence: number, bitmap: ImageBitmap, drawMs: number): void
  failed(reason: string): void
}

export interface StaticRenderer {
  readonly kind: 'worker' | 'main'
  /** Drawings asked for after this call use these fonts. */
  useFonts(fonts: readonly FontSource[]): void
  setScene(scene: PackedScene): void
  draw(request: StaticRequest): void
  dispose(): void
}

export class WorkerRenderer implements StaticRenderer {
  readonly kind = 'worker'
  private readonly worker: Worker

  /** Null where workers or OffscreenCanvas do not exist. */
  static create(listener: RendererListener): WorkerRenderer | null {
    return typeof Worker === 'undefined' || typeof OffscreenCanvas === 'undefined' ? null : new WorkerRenderer(listener)
  }

  private constructor(listener: RendererListener) {
    this.worker = new Worker(new URL('./static-worker.ts', import.meta.url), { type: 'module' })
    this.worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.type === 'drawn') listener.drawn(data.sequence, data.bitmap, data.drawMs)
      else listener.failed(data.reason)
    }
    this.worker.onerror = (event) => listener.failed(event.message || 'the drawing worker could not be loaded')
  }

  useFonts(fonts: readonly FontSource[]): void {
    this.send({ type: 'fonts', fonts }, [])
  }

  setScene(scene: PackedScene): void {
    this.send(
      { type: 'scene', scene },
      [
        ...[scene.bounds, scene.form, scene.state, scene.confidence, scene.colour, scene.caption],
        ...[scene.ringOf, scene.starts, scene.points]
      ].map((a) => a.buffer)
    )
  }

  draw(request: StaticRequest): void {
    this.send({ type: 'draw', request }, [])
  }

  dispose(): void {
    this.worker.terminate()
  }

  private send(message: ToWorker, transfer: Transferable[]): void {
    this.worker.postMessage(message, transfer)
  }
}

const SLICE_MS = 4

export class LocalRenderer implements StaticRenderer {
  readonly kind = 'main'
  private readonly painter = new StaticPainter()
  private readonly listener: RendererListener
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(listener: RendererListener) {
    this.listener = listener
  }

  /** This thread has the page's fonts. */
  useFonts(): void {}

  setScene(scene: PackedScene): void {
    this.painter.setScene(scene)
  }

  draw(request: StaticRequest): void {
    const startedAt = performance.now()
    const { width, height } = bitmapSize(request)
    const canvas = new OffscreenCanvas(width, height)
    const context = canvas.getContext('2d')
    if (!context) {
      this.listener.failed(`no 2D context for a bitmap of ${width} × ${height}`)
      return
    }
    const steps = this.painter.paint(context, request)
    const slice = (): void => {
      const until = performance.now() + SLICE_MS
      while (performance.now() < until) {
        if (steps.next().done) {
          this.listener.drawn(request.sequence, canvas.transferToImageBitmap(), performance.now() - startedAt)
          return
        }
      }
      this.timer = setTimeout(slice)
    }
    slice()
  }

  dispose(): void {
    clearTimeout(this.timer)
  }
}
