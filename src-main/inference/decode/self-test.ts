/**
 * @file Does a decoder as it is run here say what its file says? The same short row of embeddings goes through the
 * decoder that answers and through the file as it is, at once and cut into calls; the logits are compared.
 */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createPresentPast } from '../kv/present-past'
import { pastPairs } from '../kv/layers'
import { editDecoder } from '../onnx/edit'
import type { OpenModel } from '../open-model'
import type { Runtime } from '../runtime'
import { createDecoder } from './decoder'
import type { DecoderShape } from './decoder'
import { LOGIT_TOLERANCE, largestDifference, logitsOf } from './compare-ways'
import { MAX_EDIT_BYTES } from './open-decoder'

export interface SelfTest {
  /** Largest difference of logits between the decoder that answers and its file as it is. */
  readonly editedAgainstUnedited: number
  /** Between calls that begin behind a cache and one call for all; null: the model does not work so. */
  readonly cachedAgainstFull: number | null
  readonly allowed: number
  readonly passed: boolean
}

/** Any ids will do that every vocabulary has. */
const IDS = [0, 1, 2, 3, 5, 7, 4, 6, 1, 5, 0, 2]

/** Whether its products round to 8 bits; of a file too large to be read, by its weight type. */
async function rounds(path: string, { folder }: OpenModel): Promise<boolean> {
  if ((await stat(path)).size <= MAX_EDIT_BYTES) return editDecoder(await readFile(path), false).roundsActivations
  return /^(?:q|u?int8|bnb)/.test(folder.weights.decoder_model_merged ?? '')
}

/** Opens the decoder's file a second time, on the provider that the model runs on. `alive` hears each call. */
export async function selfTest(
  runtime: Runtime,
  model: OpenModel,
  threads: number,
  alive: () => void
): Promise<SelfTest | null> {
  const { decoder, folder, provider, width } = model
  const file = folder.graphs.decoder_model_merged
  if (decoder === null || file === undefined) return null
  const path = join(folder.dir, ...file.split('/'))
  const isCausal = folder.reading.feeding === 'causal'
  const shape: DecoderShape = {
    model: folder.card.id,
    config: folder.config,
    width,
    positions: folder.reading.positions,
    isCausal
  }
  const sample = await model.embed(IDS)
  const found = await logitsOf(decoder, sample, width)
  alive()
  const session = await runtime.open(path, { provider, threads })
  try {
    alive()
    const pairs = pastPairs(session, folder.card.id, folder.config)
    const plain = createDecoder(
      runtime,
      session,
      createPresentPast(runtime, pairs, { model: folder.card.id, onDevice: false }),
      shape
    )
    const expected = await logitsOf(plain, sample, width)
    alive()
    const editedAgainstUnedited = Math.max(
      ...found.map((logits, way) => largestDifference(logits, expected[way] ?? logits))
    )
    const [whole, ...cut] = found
    const cachedAgainstFull =
      isCausal && whole !== undefined ? Math.max(...cut.map((logits) => largestDifference(logits, whole))) : null
    const isHalf = pairs.some(({ type }) => type === 'float16')
    const allowed = LOGIT_TOLERANCE[(await rounds(path, model)) ? 'rounding' : isHalf ? 'half' : 'exact']
    const passed = editedAgainstUnedited <= allowed && (cachedAgainstFull ?? 0) <= allowed
    return { editedAgainstUnedited, cachedAgainstFull, allowed, passed }
  } finally {
    await session.release()
  }
}
