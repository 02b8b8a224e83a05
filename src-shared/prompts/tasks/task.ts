/**
 * @file What a model can be asked, and what a question needs: the tasks of the field, the slots of
 * their wordings, and what an answer is made of.
 */

export type Language = 'en' | 'zh-CN'
export const LANGUAGES: readonly Language[] = ['en', 'zh-CN']

/** What fills a slot: words, several of them, one region, or some. */
export type SlotKind = 'words' | 'list' | 'region' | 'regions'

export const SLOTS = {
  /** Words that single out what is meant: `the man on the left`. */
  expression: 'words',
  question: 'words',
  /** What one thing does to another: `rides`. */
  predicate: 'words',
  /** A part of the picture: `top left`. */
  position: 'words',
  classes: 'list',
  /** Answers to choose from. */
  options: 'list',
  region: 'region',
  regions: 'regions',
  subject: 'region',
  object: 'region',
  first: 'region',
  second: 'region'
} as const satisfies Readonly<Record<string, SlotKind>>
export type SlotName = keyof typeof SLOTS

export const isSlotName = (name: string): name is SlotName => Object.hasOwn(SLOTS, name)

/** `regions`: places; `grounded`: words with places in them; `words`: no places. */
export type AnswerKind = 'regions' | 'grounded' | 'words'

export interface Task {
  readonly id: string
  readonly name: string
  readonly slots: readonly SlotName[]
  readonly answer: AnswerKind
  readonly says: string
}

const task = <Id extends string>(
  id: Id,
  name: string,
  slots: readonly SlotName[],
  answer: AnswerKind,
  says: string
): Task & { readonly id: Id } => ({ id, name, slots, answer, says })

export const TASKS = [
  task(
    'rec',
    'Referring expression comprehension',
    ['expression'],
    'regions',
    'Finds the one thing that words single out.'
  ),
  task(
    'find-all',
    'Find all, or none',
    ['expression'],
    'regions',
    'Finds everything that words fit, or says that there is nothing.'
  ),
  task('reg', 'Referring expression generation', ['region'], 'words', 'Words that fit this region and no other.'),
  task('region-caption', 'Region caption', ['region'], 'words', 'Describes what is in a region.'),
  task('region-class', 'Region class', ['region'], 'words', 'Names the kind of thing in a region.'),
  task('caption', 'Caption', [], 'words', 'Describes the picture.'),
  task('grounded-caption', 'Grounded caption', [], 'grounded', 'Describes the picture and marks what it speaks of.'),
  task('vqa', 'Question', ['question'], 'words', 'A short answer to a question.'),
  task('vqa-cot', 'Question, with reasons', ['question'], 'words', 'Reasons first, then the answer.'),
  task(
    'vqa-gcot',
    'Question, with reasons and boxes',
    ['question'],
    'grounded',
    'Reasons whose things are marked with boxes, then the answer.'
  ),
  task(
    'vqa-pcot',
    'Question, with reasons and points',
    ['question'],
    'grounded',
    'Reasons whose things are marked with points, then the answer.'
  ),
  task('choice', 'Question with options', ['question', 'options'], 'words', 'One of the given answers.'),
  task('box-qa', 'Question about a box', ['question', 'region'], 'words', 'A question about what a region holds.'),
  task(
    'point-qa-local',
    'Question about a point',
    ['question', 'region'],
    'words',
    'A question that can be answered at the place itself.'
  ),
  task(
    'point-qa-twice',
    'Question about a point, looking twice',
    ['question', 'region'],
    'words',
    'The place says what is meant; the answer needs the rest of the picture.'
  ),
  task(
    'relation-predicate',
    'Relation between two regions',
    ['subject', 'object'],
    'words',
    'How the first stands to the second.'
  ),
  task(
    'relation-object',
    'Object of a relation',
    ['subject', 'predicate'],
    'regions',
    'What the subject stands in this relation to.'
  ),
  task(
    'relation-subject',
    'Subject of a relation',
    ['predicate', 'object'],
    'regions',
    'What stands in this relation to the object.'
  ),
  task('coarse-location', 'Coarse location', ['expression'], 'words', 'The part of the picture something is in.'),
  task(
    'coarse-find',
    'What is in a part of the picture',
    ['position'],
    'grounded',
    'Everything in a part of the picture, named and marked.'
  ),
  task('counting', 'Counting', ['expression'], 'words', 'A number.'),
  task(
    'detect-classes',
    'Detection of classes',
    ['classes'],
    'regions',
    'Everything of the given classes, each with its class.'
  ),
  task('detect-all', 'Detection of everything', [], 'regions', 'Everything in the picture, each with its class.'),
  task(
    'detect-example',
    'Detection by example',
    ['region'],
    'regions',
    'Everything of the same kind as what a region shows.'
  ),
  task('segment', 'Segmentation by words', ['expression'], 'regions', 'The outline or mask of what words single out.'),
  task(
    'segment-region',
    'Segmentation of a region',
    ['region'],
    'regions',
    'The outline or mask of what a region holds.'
  ),
  task('ocr', 'Reading', [], 'words', 'All text of the picture.'),
  task('ocr-spotting', 'Reading with places', [], 'grounded', 'All text of the picture, each line with its place.'),
  task('ocr-region', 'Reading in a region', ['region'], 'words', 'The text in a region.'),
  task('existence', 'Existence', ['expression'], 'words', 'Yes or no.'),
  task(
    'comparison',
    'Comparison of two regions',
    ['first', 'second'],
    'words',
    'What two regions share and what they do not.'
  )
] as const satisfies readonly Task[]

export type TaskId = (typeof TASKS)[number]['id']

const byId = new Map<string, Task & { readonly id: TaskId }>(TASKS.map((one) => [one.id, one]))

/** null: no such task. */
export const findTask = (id: string): (Task & { readonly id: TaskId }) | null => byId.get(id) ?? null
