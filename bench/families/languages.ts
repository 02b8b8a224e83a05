/** @file A model that answers in words, in both engines: the same pixels and ids give the same tokens; and what each makes of a picture and a question. */
import { smartResize } from '../../src-shared/dialects/kit/smart-resize'
import { answerQuestion } from '../../src-main/inference/decode/answer'
import type { Feed, FamilyReading } from '../../src-main/inference/families/family'
import { resized } from '../../src-main/inference/image/raster'
import type { Raster } from '../../src-main/inference/image/raster'
import { readRaster } from '../../src-main/inference/image/read-pixels'
import { openModel } from '../../src-main/inference/open-model'
import type { OpenModel } from '../../src-main/inference/open-model'
import { createMemory } from '../../src-main/inference/prefix/memory'
import { readModelFolder } from '../../src-main/inference/repo/model-folder'
import { loadRuntime } from '../../src-main/inference/runtime'
import { limits, quiet } from '../decode/ours'
import type { Row } from '../lib/row'
import { judged, pixelRow, UNRESIZED } from './explained'
import { pictureOf, stepOf, storedValues } from './fixtures'
import type { Answered, Fixture } from './fixtures'
import type { Peer, PeerTensor } from './peer'

interface Ours {
  readonly promptIds: readonly number[]
  readonly answerIds: readonly number[]
  readonly feeds: Readonly<Record<string, Feed>>
}

async function askOurs(model: OpenModel, { picture, question, answerIds }: Answered): Promise<Ours> {
  const messages = [{ role: 'user' as const, text: question }]
  const seen = await model.look(pictureOf(picture))
  const { before, after } = model.tokenizer.prompt(messages)
  const { ids } = await answerQuestion(
    model,
    createMemory(1e8),
    { imagePath: pictureOf(picture), messages, limits: limits(answerIds.length) },
    quiet
  )
  return { promptIds: [...before, ...model.place(seen), ...after], answerIds: ids, feeds: seen.feeds }
}

/** What the peer's processor is given: its own template filled, or the words that its kind of model is asked with. */
function promptOf(type: unknown, question: string, features: number, peer: Peer): string {
  if (type === 'florence2') return question
  if (type === 'paligemma') return `<image>${question}`
  const places = '<image>'.repeat(features)
  // As the examples of its documentation write it; the tokenizer puts the beginning in front.
  if (type === 'moondream1') return `${places}\n\nQuestion: ${question}\n\nAnswer:`
  return type === 'llava_onevision' ? peer.write(question).replace('<image>', places) : peer.write(question)
}

/** Largest difference, in steps of 255; NaN where the shapes differ. */
function pixelDifference(ours: Feed | undefined, theirs: PeerTensor | undefined, step: number, count?: number): number {
  if (ours === undefined || theirs === undefined || ours.dims.join() !== theirs.dims.join()) return NaN
  let worst = 0
  for (const [at, value] of ours.data.subarray(0, count).entries())
    worst = Math.max(worst, Math.abs(Number(value) - Number(theirs.data[at])))
  return worst / step
}

/** A picture that is shown as it is; where it is cut into squares, three by two of them. */
function fitting(image: Raster, { pixels, resizing }: FamilyReading, longest: number | undefined): Raster {
  const squares = longest === undefined ? null : { width: longest, height: (longest * 2) / 3 }
  const size = squares ?? pixels ?? (resizing === undefined ? image.size : smartResize(image.size, resizing))
  return resized(image, size, 'bilinear')
}

/** How far the peer is from the processor of transformers itself. */
function fromReference(theirs: PeerTensor | undefined, answered: Answered, step: number): number {
  const stored = answered.feeds['pixel_values']
  if (stored === undefined || theirs === undefined || stored.dims.join() !== theirs.dims.join()) return NaN
  return (
    storedValues(stored).reduce((max, [at, value]) => Math.max(max, Math.abs(Number(theirs.data[at]) - value)), 0) /
    step
  )
}

const same = (a: readonly number[], b: readonly number[]): boolean => a.join() === b.join()

export async function compareLanguage(fixture: Fixture, peer: Peer): Promise<readonly Row[]> {
  const { name, dir, config, preprocessor, reference } = fixture
  const answers = reference.wholeAnswers ?? reference.answers ?? []
  const folder = await readModelFolder(dir)
  // Where the peer shows a model less than there is to see, ours is shown the same.
  const reading = folder.reading.forOutputs?.(new Set()) ?? folder.reading
  const model = await openModel(await loadRuntime(), { ...folder, reading }, { providers: ['cpu'], threads: 1 })
  const { decoderStart, imageTokenId } = reading
  const step = stepOf(preprocessor)
  const found = { tokens: [] as string[], prompts: [] as string[] }
  let tokens = 0
  let [worst, worstOfPeer, unresized] = [0, 0, 0]
  try {
    for (const answered of answers) {
      const ours = await askOurs(model, answered)
      const about = `${answered.picture} "${answered.question}"`
      // An encoder's features come before the words, with no token for them.
      const given =
        decoderStart === undefined ? ours.promptIds : ours.promptIds.filter((id) => id !== imageTokenId && id >= 0)
      const cut = decoderStart?.length ?? given.length
      const wanted = ours.answerIds.length + Math.max(0, (decoderStart?.length ?? 1) - 1)
      const theirs = (await peer.answer(given, ours.feeds, wanted)).slice(cut)
      tokens += ours.answerIds.length
      if (!same(ours.answerIds, theirs) || !same(ours.answerIds, answered.answerIds))
        found.tokens.push(
          `${about}: ${ours.answerIds.join(' ')} | ${theirs.join(' ')} | ${answered.answerIds.join(' ')}`
        )
      const features = given.filter((id) => id === imageTokenId).length
      const image = await readRaster(pictureOf(answered.picture))
      const processed = await peer.process(image, promptOf(config['model_type'], answered.question, features, peer))
      const ids = Array.from(processed['input_ids']?.data ?? [], Number)
      if (!same(given, ids)) found.prompts.push(`${about}: ${given.length} ids, its ${ids.length}`)
      worst = Math.max(worst, pixelDifference(ours.feeds['pixel_values'], processed['pixel_values'], step))
      worstOfPeer = Math.max(worstOfPeer, fromReference(processed['pixel_values'], answered, step))
      const { longest_edge: longest } = (preprocessor['size'] ?? {}) as { readonly longest_edge?: number }
      const isCut = ['idefics3', 'smolvlm'].includes(String(config['model_type']))
      const shown = fitting(image, reading, isCut ? longest : undefined)
      const seen = reading.prepare(shown).feeds['pixel_values']
      // The last of the squares shows the whole, made smaller.
      const count = isCut ? ((seen?.data.length ?? 0) * 6) / 7 : undefined
      unresized = Math.max(unresized, pixelDifference(seen, await peer.look(shown), step, count))
    }
  } finally {
    await model.release()
  }
  const count = `${answers.length} questions`
  const first = (list: readonly string[]): string | null =>
    list.length === 0 ? null : `${list.length === 1 ? '' : `${list.length}: `}${list[0]?.slice(0, 300)}`
  return [
    judged(
      name,
      'greedy tokens of the same pixels and ids',
      "as transformers.js's and transformers'",
      `${count}, ${tokens} tokens, all the same`,
      first(found.tokens)
    ),
    judged(name, 'prompt', "as its processor's", `${count}, all the same ids`, first(found.prompts)),
    pixelRow(name, UNRESIZED, unresized),
    pixelRow(name, 'pixels', worst, `, ${worstOfPeer.toFixed(0)} from Python's`)
  ]
}
