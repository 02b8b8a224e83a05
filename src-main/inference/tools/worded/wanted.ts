/** @file What a question to a detector names, as a list: it looks for words and answers none. */
import { AppError } from '../../../../src-shared/errors'
import { namedClasses } from '../detr/boxes'
import type { ToolQuestion } from '../tool'

/** "Where is the cat?", "find all dogs": the frame says nothing that a detector could look for. */
const FRAME =
  /^(?:please\s+)?(?:where(?:'s| is| are)|find(?: me)?|locate|detect|show(?: me)?|point (?:at|to)|look for)\s+(?:all|any|every|each)?(?:\s+of)?\s*/iu
/** As the models' own prompts put them between labels: "a cat . a dog .", and lists people write. */
const BETWEEN = /\s*(?:[.;,?!\n。；，、？！]+\s*)+/u
/** More than a person lists; each costs a run of the text encoder. */
const MOST_LABELS = 256

/** At least one, in order, without repeats: of given labels those that the question names, all when it names none. Throws `inference/words-only`, `inference/no-words`, `inference/prompt-too-long`. */
export function wantedIn(
  { text, tree, labels: given = null }: Omit<ToolQuestion, 'image'>,
  name: string
): readonly string[] {
  if (tree.regions.length > 0) {
    throw new AppError('inference/words-only', `${name} finds what words say; it takes no regions.`, {
      nextStep: 'Take the regions out of the question.'
    })
  }
  const wanted =
    given === null
      ? text.split(BETWEEN).map((part) => part.trim().replace(FRAME, '').trim())
      : [...namedClasses(text, given)]
  const labels = [...new Set(wanted.filter((part) => /[\p{L}\p{N}]/u.test(part)))]
  if (labels.length === 0) {
    throw new AppError('inference/no-words', `${name} was not told what to look for.`, {
      nextStep: 'Name it: "a cat . a dog ."'
    })
  }
  if (labels.length > MOST_LABELS) {
    throw new AppError('inference/prompt-too-long', `${name} looks for at most ${MOST_LABELS} things at a time.`, {
      nextStep: 'Ask for fewer at once.',
      data: { count: labels.length, limit: MOST_LABELS }
    })
  }
  return labels
}
