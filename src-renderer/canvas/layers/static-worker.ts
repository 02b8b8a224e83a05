/** @file Runs in a worker: paints the static layer on an OffscreenCanvas and hands the bitmap over. */
import type { PackedScene } from './packed-scene'
import type { StaticRequest } from './static-painter'
import { StaticPainter, bitmapSize } from './static-painter'

export type ToWorker =
  { readonly type: 'scene'; readonly scene: PackedScene } | { readonly type: 'draw'; readonly request: StaticRequest }

export type FromWorker =
  | { readonly type: 'drawn'; readonly sequence: number; readonly bitmap: ImageBitmap; readonly drawMs: number }
  | { readonly type: 'failed'; readonly sequence: number; readonly reason: string }

/** The parts of a worker's global that this file uses; the DOM library does not know them. */
interface WorkerGlobal {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null
  postMessage(message: FromWorker, transfer: readonly Transferable[]): void
}
const scope = globalThis as unknown as WorkerGlobal

const painter = new StaticPainter()
let canvas = new OffscreenCanvas(1, 1)

const draw = (request: StaticRequest): void => {
  const startedAt = performance.now()
  const { width, height } = bitmapSize(request)
  if (canvas.width !== width || canvas.height !== height) canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (!context) throw new Error(`no 2D context for a bitmap of ${width} × ${height}`)
  Array.from(painter.paint(context, request))
  const bitmap = canvas.transferToImageBitmap()
  const drawMs = performance.now() - startedAt
  scope.postMessage({ type: 'drawn', sequence: request.sequence, bitmap, drawMs }, [bitmap])
}

scope.onmessage = ({ data }) => {
  if (data.type === 'scene') {
    painter.setScene(data.scene)
    return
  }
  try {
    draw(data.request)
  } catch (error) {
    scope.postMessage({ type: 'failed', sequence: data.request.sequence, reason: String(error) }, [])
  }
}
