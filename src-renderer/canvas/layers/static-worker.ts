/** @file Runs in a worker: paints the static layer on an OffscreenCanvas and hands the bitmap over. */
import type { FontSource } from './fonts'
import type { PackedScene } from './packed-scene'
import type { StaticRequest } from './static-painter'
import { StaticPainter, bitmapSize } from './static-painter'

export type ToWorker =
  | { readonly type: 'fonts'; readonly fonts: readonly FontSource[] }
  | { readonly type: 'scene'; readonly scene: PackedScene }
  | { readonly type: 'draw'; readonly request: StaticRequest }

export type FromWorker =
  | { readonly type: 'drawn'; readonly sequence: number; readonly bitmap: ImageBitmap; readonly drawMs: number }
  | { readonly type: 'failed'; readonly sequence: number; readonly reason: string }

/** The parts of a worker's global that this file uses; the DOM library does not know them. */
interface WorkerGlobal {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null
  readonly fonts: FontFaceSet
  postMessage(message: FromWorker, transfer: readonly Transferable[]): void
}
const scope = globalThis as unknown as WorkerGlobal

const painter = new StaticPainter()
let canvas = new OffscreenCanvas(1, 1)
let fontsReady: Promise<unknown> = Promise.resolve()

const loadFonts = (fonts: readonly FontSource[]): void => {
  const faces = fonts.map(({ family, source, weight, style }) => new FontFace(family, source, { weight, style }))
  for (const face of faces) (scope.fonts as unknown as Set<FontFace>).add(face)
  // A font that cannot be loaded leaves the system's in its place: other letters, the same words.
  fontsReady = Promise.allSettled(faces.map((face) => face.load()))
}

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
  if (data.type === 'fonts') {
    loadFonts(data.fonts)
    return
  }
  const { request } = data
  fontsReady
    .then(() => draw(request))
    .catch((error: unknown) => {
      scope.postMessage({ type: 'failed', sequence: request.sequence, reason: String(error) }, [])
    })
}
