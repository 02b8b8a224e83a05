/**
 * @file One picture and one place in it: masks of the object there. What the model knows of a picture is kept
 * (scene-store.ts), so that the next place in it costs the small graph only.
 */
import { compressedFromMask } from '../../../src-shared/geometry/mask'
import type { MaskPrompt } from '../../../src-shared/prompts/mask-prompt'
import type { Answer, AnswerHooks } from '../decode/answer'
import { identifyImage, readRaster } from '../image/read-pixels'
import type { SceneCache } from './scene-store'
import type { OpenMasker, SeenScene } from './tool'

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
/** A picture that is seen in less is seen again; reading a file takes some milliseconds, too. */
export const WORTH_KEEPING_MS = 50

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
    const { memory, kept } = scenes
    const keptKey = JSON.stringify([kept?.identity, contentHash])
    let scene = memory.get(contentHash) ?? (await kept?.store.read(keptKey)) ?? null
    prefixReused = scene !== null
    if (scene === null) {
      const image = await readRaster(request.imagePath)
      lap('imageMs')
      between()
      hooks.phase('prefill')
      scene = await tool.see(image)
      lap('visionMs')
      // Written while the mask is made; it never rejects.
      if (spent.visionMs >= WORTH_KEEPING_MS) void kept?.store.write(keptKey, scene)
      between()
    } else lap('imageMs')
    memory.set(contentHash, scene)
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
