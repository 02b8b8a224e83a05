/**
 * @file One picture and one place in it: masks of the object there. What the model knows of a picture is kept, within
 * the bytes that other models keep features of pictures in, so that the next place in it costs the small graph only.
 */
import { compressedFromMask } from '../../../src-shared/geometry/mask'
import type { MaskPrompt } from '../../../src-shared/prompts/mask-prompt'
import type { Answer, AnswerHooks } from '../decode/answer'
import { identifyImage, readRaster } from '../image/read-pixels'
import { createByteCache } from '../prefix/byte-cache'
import type { ByteCache } from '../prefix/byte-cache'
import type { OpenMasker, SeenScene } from './tool'

export type SceneCache = ByteCache<SeenScene>

const bytesOf = ({ embeddings }: SeenScene): number =>
  Object.values(embeddings).reduce((sum, { data }) => sum + data.byteLength, 0)

export const createSceneCache = (maxBytes: number): SceneCache => createByteCache(maxBytes, bytesOf)

/** A mask as it crosses to the parent; its size is the picture's. */
export interface ToldMask {
  readonly size: SeenScene['size']
  /** Compressed run lengths (geometry/mask). */
  readonly counts: string
  readonly predictedIou: number
}

export interface Masked {
  readonly answer: Answer
  /** The surest first; empty when it was cancelled. */
  readonly masks: readonly ToldMask[]
}

const CANCELLED = Symbol('cancelled')

/** Rejects with `image/unreadable`, `inference/cannot-mask`, `inference/bad-output`. */
export async function maskWithTool(
  tool: OpenMasker,
  scenes: SceneCache,
  request: { readonly imagePath: string; readonly prompt: MaskPrompt },
  hooks: AnswerHooks
): Promise<Masked> {
  const started = performance.now()
  const spent = { imageMs: 0, visionMs: 0, prefillMs: 0, decodeMs: 0 }
  let last = started
  const lap = (phase: keyof typeof spent): void => {
    const now = performance.now()
    spent[phase] += now - last
    last = now
  }
  let prefixReused = false
  const end = (stop: Answer['stop'], masks: readonly ToldMask[]): Masked => {
    const timings = { ...spent, totalMs: performance.now() - started, promptTokens: 0, newTokens: 0 }
    return { answer: { stop, limit: null, ids: [], tail: '', timings, prefixReused, calls: 0 }, masks }
  }
  const between = (): void => {
    hooks.alive()
    if (hooks.isCancelled()) throw CANCELLED
  }
  try {
    hooks.phase('reading-image')
    const { contentHash } = await identifyImage(request.imagePath)
    let scene = scenes.get(contentHash)
    prefixReused = scene !== undefined
    if (scene === undefined) {
      const image = await readRaster(request.imagePath)
      lap('imageMs')
      between()
      hooks.phase('prefill')
      scene = await tool.see(image)
      scenes.set(contentHash, scene)
      lap('visionMs')
      between()
    } else lap('imageMs')
    hooks.phase('decoding')
    const made = await tool.mask(scene, request.prompt, between)
    lap('decodeMs')
    return end(
      'end',
      made.map(({ mask, predictedIou }) => ({ size: mask.size, counts: compressedFromMask(mask), predictedIou }))
    )
  } catch (error) {
    if (error !== CANCELLED) throw error
    return end('cancelled', [])
  }
}
