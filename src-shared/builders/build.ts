/**
 * @file From one image's regions, captions and relations to new dialogues, by rule. Deterministic: the seed, the
 * image's path and its records decide everything. Pure and one image at a time, so a million images fit.
 */
import type { Change } from '../document/transaction'
import type { ImageDocument, LabelRecord, Provenance, RegionRecord, TurnRecord } from '../document/records'
import type { GroundedShape } from '../geometry/region-shape'
import { regionShapeOf } from '../geometry/shape'
import type { GroundedNode } from '../grounded/nodes'
import { plainText } from '../grounded/plain-text'
import { LANGUAGES } from '../prompts/tasks/task'
import type { Language } from '../prompts/tasks/task'
import type { Taggers } from './chunks/token'
import type { Exchange, TaskContext } from './exchange'
import { hashOf, Random } from './random'
import { BUILD_TASK_IDS, BUILD_TASKS } from './recipe'
import type { BuildTaskId, Recipe } from './recipe'
import { sceneOf } from './scene'
import type { Scene, SceneOptions } from './scene'

export interface BuildOptions extends SceneOptions {
  readonly recipe: Recipe
  readonly seed: number
  /** Dialogues for each image at most. */
  readonly perImage: number
  /** `auto`: the languages that the labels have. */
  readonly language: Language | 'auto'
  /** Ask about points instead of boxes, where a question is about a place. Default false. */
  readonly usesPoints?: boolean
  /** Default none. */
  readonly taggers?: Taggers
}

export interface BuiltDialogue {
  /** A task of the recipes, or the kind of a model's dialogue. */
  readonly task: string
  readonly language: Language
  readonly exchanges: readonly Exchange[]
  readonly provenance: Provenance
}

const RULE: Provenance = { origin: 'rule' }

/** Languages in which at least one class of the scene has a name. */
function languagesOf(scene: Scene, wanted: BuildOptions['language']): readonly Language[] {
  const known = LANGUAGES.filter((language) =>
    [...scene.classes.values()].some(({ names }) => (names[language] ?? '') !== '')
  )
  // Without a label, the words that people gave say which language it is.
  const words = scene.things.map(({ region }) => region.phrase ?? '').join('')
  const spoken = known.length > 0 ? known : [/\p{Script=Han}/u.test(words) ? ('zh-CN' as const) : ('en' as const)]
  return wanted === 'auto' ? spoken : [wanted]
}

/** Two questions with the same words about the same regions are one question. */
const keyOf = (nodes: readonly GroundedNode[]): string =>
  plainText(nodes, (ids) => `▢${ids.join(' ')}`)
    .trim()
    .toLowerCase()

/** New dialogues of one image, one question each, in the order they were drawn. */
export function buildDialogues(
  document: ImageDocument,
  labels: readonly LabelRecord[],
  options: BuildOptions
): readonly BuiltDialogue[] {
  const scene = sceneOf(document, labels, options)
  if (scene.things.length === 0) return []
  const random = new Random(options.seed, document.image.relativePath)
  const languages = languagesOf(scene, options.language)
  const vocabulary = labels.map(({ name }) => name.trim()).filter((name) => name !== '')
  const rows = BUILD_TASK_IDS.flatMap((task) => {
    const weight = options.recipe.weights[task] ?? 0
    return weight > 0 ? languages.map((language) => row(task, weight / languages.length, language, random)) : []
  })
  const context = (language: Language, own: Random): TaskContext => ({
    scene,
    language,
    random: own,
    style: options.recipe.style,
    usesPoints: options.usesPoints ?? false,
    vocabulary,
    taggers: options.taggers ?? {}
  })
  // A question of the image is not asked again; the dialogue itself, made before, comes out again as it was.
  const asked = new Map(
    document.turns.filter(({ role }) => role === 'user').map((turn) => [keyOf(turn.children), turn.dialogueId])
  )
  const made = new Set<string>()
  const built: BuiltDialogue[] = []
  while (built.length < options.perImage) {
    const index = random.weighted(rows.map(({ weight }) => weight))
    const drawn = rows[index]
    if (drawn === undefined) break
    drawn.source ??= BUILD_TASKS[drawn.task](context(drawn.language, drawn.random))[Symbol.iterator]()
    const next = drawn.source.next()
    if (next.done === true) {
      drawn.weight = 0
      continue
    }
    const key = keyOf(next.value.question)
    const dialogue = { task: drawn.task, language: drawn.language, exchanges: [next.value], provenance: RULE }
    const id = idOf(document.image.id, dialogue)
    if (made.has(id) || (asked.get(key) ?? id) !== id) continue
    asked.set(key, id)
    made.add(id)
    built.push(dialogue)
  }
  return built
}

interface Row {
  readonly task: BuildTaskId
  readonly language: Language
  readonly random: Random
  weight: number
  source: Iterator<Exchange> | null
}
/** Each task has its own chance, so that one more task in a recipe does not change what the others make. */
const row = (task: BuildTaskId, weight: number, language: Language, random: Random): Row => ({
  task,
  language,
  weight,
  random: new Random(random.below(2 ** 31), `${task} ${language}`),
  source: null
})

const hex = (value: number): string => value.toString(16).padStart(14, '0')

/** The same dialogue about the same image has the same id, so that it is not made twice. */
export function idOf(imageId: string, { task, language, exchanges }: BuiltDialogue): string {
  const text = JSON.stringify([imageId, task, language, exchanges])
  return `built-${hex(hashOf(text, 1))}${hex(hashOf(text, 2))}`
}

export interface BuiltRecords {
  /** Of records that are not there yet: each dialogue before its turns, each point before what points at it. */
  readonly changes: readonly Change[]
  readonly dialogues: number
  readonly turns: number
  /** Dialogues that the image has already. */
  readonly already: number
}

/** The records of dialogues, as changes of a transaction. */
export function changesOf(document: ImageDocument, built: readonly BuiltDialogue[], nowMs: number): BuiltRecords {
  const there = new Set(document.dialogues.map(({ id }) => id))
  const imageId = document.image.id
  const changes: Change[] = []
  const marked = new Set(document.regions.map((region) => region.id))
  const regionOf = (id: string, shape: GroundedShape, { provenance }: BuiltDialogue): RegionRecord => ({
    id,
    imageId,
    shape: regionShapeOf(shape),
    labelId: null,
    phrase: null,
    state: 'accepted',
    original: null,
    confidence: null,
    provenance,
    createdAtMs: nowMs
  })
  let [dialogues, turns, already] = [0, 0, 0]
  for (const dialogue of built) {
    const id = idOf(imageId, dialogue)
    if (there.has(id)) {
      already++
      continue
    }
    there.add(id)
    const after = { id, imageId, title: dialogue.task, createdAtMs: nowMs + dialogues }
    dialogues++
    changes.push({ kind: 'dialogue', id, before: null, after })
    for (const { id: regionId, shape } of dialogue.exchanges.flatMap(({ regions }) => regions ?? [])) {
      if (marked.has(regionId)) continue
      marked.add(regionId)
      changes.push({ kind: 'region', id: regionId, before: null, after: regionOf(regionId, shape, dialogue) })
    }
    const said = dialogue.exchanges.flatMap(({ question, answer }) => [question, answer])
    for (const [order, children] of said.entries()) {
      turns++
      const turn: TurnRecord = {
        id: `${id}-${order}`,
        dialogueId: id,
        imageId,
        order,
        role: order % 2 === 0 ? 'user' : 'assistant',
        children,
        rawText: null,
        status: 'complete',
        statusReason: null,
        provenance: dialogue.provenance,
        timings: null,
        createdAtMs: nowMs
      }
      changes.push({ kind: 'turn', id: turn.id, before: null, after: turn })
    }
  }
  return { changes, dialogues, turns, already }
}
