/**
 * @file `calibration.json` beside a model: what its opinion of its own boxes is worth, measured on held-out questions by
 * bench/calibrate.mjs. It belongs to one file of weights; other weights make it void, which is said and not passed over.
 */
import { z } from 'zod'
import type { Calibration } from '../../../src-shared/metrics/calibration'
import type { ModelCard } from './config'
import { parseAs, readObject } from './read-json'

const curve = z.number().min(-100).max(100)
export const calibrationSchema = z.object({
  format: z.literal(1),
  /** sha256 of the decoder's file that it was measured with. */
  decoder: z.string().regex(/^[0-9a-f]{64}$/),
  confidence: z.object({ intercept: curve, slope: curve.min(0) }),
  spread: z.object({ own: curve.min(0), extent: curve.min(0) })
})

export const DECODER_FILE = 'onnx/decoder_model_merged.onnx'

/** null: there is none; `stale`: it is another file's. Rejects with `model/bad-config`. */
export async function readCalibration(dir: string, card: ModelCard): Promise<Calibration | 'stale' | null> {
  const json = await readObject(dir, card.id, 'calibration.json')
  if (json === null) return null
  const { decoder, confidence, spread } = parseAs(card.id, 'calibration.json', json, calibrationSchema)
  const own = card.files.find(({ path }) => path === DECODER_FILE)?.sha256
  return own === decoder ? { confidence, spread } : 'stale'
}
