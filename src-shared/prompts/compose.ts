/**
 * @file From a task to what a model reads: wording, values, dialect, chat text.
 *
 *     pick a wording → fill it (GroundedText) → switches in words made harmless → dialect prints → chat markup
 */
import { AppError } from '../errors'
import { findVariant } from '../dialects/registry'
import type { Dialect, DialectContext, Loss, PrintResult } from '../dialects/dialect'
import { spelledShapeOf } from '../geometry/shape'
import { groundedText, raw, text } from '../grounded/build'
import type { GroundedNode, GroundedText } from '../grounded/nodes'
import { mapNodes, visitNodes } from '../grounded/visit'
import { findChatTemplate } from './chat/registry'
import { renderChat } from './chat/render-chat'
import type { ChatImage, ChatOptions, ChatTurn, ImagePlace } from './chat/render-chat'
import { makeHarmless } from './harmless'
import type { Piece } from './harmless'
import type { PromptSystem } from './systems/prompt-system'
import { findSystem, PROMPT_SYSTEMS, templatesFor } from './systems/registry'
import type { PromptTemplate } from './systems/registry'
import { fillWording, pickIndex } from './tasks/fill'
import type { SlotValues } from './tasks/fill'
import { findTask, LANGUAGES, TASKS } from './tasks/task'
import type { Language } from './tasks/task'

export interface PromptRequest {
  readonly system: string
  readonly task: string
  /** Default English. */
  readonly language?: string
  /** Picks the wording; default the first. */
  readonly seed?: number
  /** Where a system has several forms of a task under tokens of their own, the form; default its first. */
  readonly token?: string
  readonly slots: SlotValues
  /** A choice of settings or a spelling of the dialect, as on the command line. */
  readonly variant?: string
  readonly context: DialectContext
  /** Id of a chat template of the system, where its usual one is not meant. */
  readonly chat?: string
  readonly images?: readonly ChatImage[]
  readonly options?: ChatOptions
}

export interface ComposedPrompt {
  readonly template: PromptTemplate
  readonly tree: GroundedText
  /** The question as the dialect writes it. */
  readonly text: string
  /** The whole text a model reads, up to where it answers; null: the endpoint makes it. */
  readonly chat: string | null
  readonly imageAt: readonly ImagePlace[]
  readonly stop: readonly string[]
  readonly losses: readonly Loss[]
}

const fail = (code: string, message: string, nextStep: string): AppError =>
  new AppError(`prompt/${code}`, message, { nextStep })

/** Error `prompt/unknown-system`. */
export function needSystem(id: string): PromptSystem {
  const system = findSystem(id)
  if (system === null)
    throw fail(
      'unknown-system',
      `There is no system ${id}.`,
      `Systems are ${PROMPT_SYSTEMS.map((one) => one.id).join(', ')}.`
    )
  return system
}

/** Errors `prompt/unknown-task`, `prompt/unknown-language`, `prompt/no-template`. */
export function pickTemplate(
  system: PromptSystem,
  taskId: string,
  languageId = 'en',
  seed?: number,
  token?: string
): PromptTemplate {
  const task = findTask(taskId)
  if (task === null)
    throw fail('unknown-task', `There is no task ${taskId}.`, `Tasks are ${TASKS.map(({ id }) => id).join(', ')}.`)
  const language = LANGUAGES.find((one): one is Language => one === languageId)
  if (language === undefined)
    throw fail('unknown-language', `There are no wordings in ${languageId}.`, `Languages are ${LANGUAGES.join(', ')}.`)
  const all = templatesFor(system, task.id, language)
  // Forms under different tokens are different questions, not paraphrases: a seed does not choose between them.
  const templates = all.filter((one) => one.token === (token ?? all[0]?.token ?? null))
  const template = templates[pickIndex(templates.length, seed)]
  if (template === undefined && all.length > 0) {
    const tokens = all.flatMap((one) => one.token ?? [])
    throw fail(
      'no-template',
      `${system.name} has no token ${token ?? ''} for ${task.id}.`,
      `It has ${tokens.join(', ') || 'none'}.`
    )
  }
  if (template === undefined) {
    const known = TASKS.filter(({ id }) => templatesFor(system, id, language).length > 0).map(({ id }) => id)
    throw fail(
      'no-template',
      `${system.name} cannot be asked for ${task.id} in ${language}.`,
      known.length === 0 ? 'Ask in English.' : `It can be asked for ${known.join(', ')}.`
    )
  }
  return template
}

/** Leaves in reading order; a region stands between words, so that no mark reaches across it. */
function leavesOf(tree: GroundedText): readonly Piece[] {
  const pieces: Piece[] = []
  visitNodes(tree.children, (node) => {
    if (node.type === 'text') pieces.push({ is: 'words', text: node.value })
    else if (node.type === 'raw') pieces.push({ is: 'fixed', text: node.value })
    else if (node.type === 'mention') pieces.push({ is: 'fixed', text: '\u{FFFC}' })
  })
  return pieces
}

/** The tree whose words hold none of the system's switches; those that did are losses `prompt/escaped`. */
export function withoutSwitches(
  system: PromptSystem,
  tree: GroundedText
): { readonly tree: GroundedText; readonly losses: readonly Loss[] } {
  const { texts, changes } = makeHarmless(leavesOf(tree), system.switches ?? [])
  if (changes.length === 0) return { tree, losses: [] }
  let leaf = 0
  const children = mapNodes(tree.children, (node): GroundedNode => {
    if (node.type === 'phrase') return node
    const value = texts[leaf++] ?? ''
    return node.type === 'text' ? text(value) : node.type === 'raw' ? raw(node.value, node.reason) : node
  })
  const losses = changes.map(({ around }): Loss => ({
    code: 'prompt/escaped',
    message: `Words that look like a switch of ${system.name} were changed: ${around}`,
    path: []
  }))
  return { tree: { ...tree, children }, losses }
}

/** Each node written by itself; source stands as it is. Losses point at the node. */
export function printPieces(dialect: Dialect, tree: GroundedText, context: DialectContext): PrintResult {
  const losses: Loss[] = []
  const parts = tree.children.map((node, index) => {
    if (node.type === 'raw') return node.value
    const printed = dialect.print(groundedText([node], tree.regions), context)
    for (const loss of printed.losses) losses.push({ ...loss, path: [index, ...loss.path.slice(1)] })
    return printed.text
  })
  return { text: parts.join(''), losses }
}

/**
 * Regions that the dialect cannot write become what it can, with its loss; one that it would leave out
 * is refused, since the question would have a hole. Errors `prompt/no-regions`, `prompt/no-dialect`,
 * `prompt/region-kind`.
 */
export function printQuestion(
  system: PromptSystem,
  filled: GroundedText,
  context: DialectContext,
  variant?: string
): PrintResult {
  const { tree, losses } = withoutSwitches(system, filled)
  const found = system.dialect === null ? null : findVariant(system.dialect, variant)
  if (found !== null) {
    const { kinds } = found.dialect.profile
    // A dialect of no kinds names its regions, which travel beside the text.
    const lost =
      kinds.length === 0
        ? undefined
        : tree.regions.find(({ shape }) => !kinds.includes(spelledShapeOf(shape, kinds).type))
    if (lost !== undefined) {
      throw fail(
        'region-kind',
        `${system.name} cannot write the ${lost.shape.type} ${lost.id}.`,
        `It writes ${kinds.join(', ')}.`
      )
    }
    const settled = { ...context, settings: { ...found.settings, ...context.settings } }
    const printed =
      system.isPiecewise === true ? printPieces(found.dialect, tree, settled) : found.dialect.print(tree, settled)
    return { text: printed.text, losses: [...losses, ...printed.losses] }
  }
  if (system.dialect === null && tree.regions.length > 0)
    throw fail('no-regions', `${system.name} has no way to write a region.`, 'Ask it in words.')
  const isPlain = tree.children.every(({ type }) => type === 'text' || type === 'raw')
  if (!isPlain)
    throw fail(
      'no-dialect',
      `The dialect ${system.dialect ?? ''} is not there yet, and this question needs it.`,
      'Choose another system.'
    )
  return { text: tree.children.map((node) => ('value' in node ? node.value : '')).join(''), losses }
}

/**
 * Throws before anything is sent: the errors of `fillWording`, `pickTemplate`, `printQuestion` and
 * `renderChat`, and `prompt/unknown-chat`.
 */
export function composePrompt(request: PromptRequest): ComposedPrompt {
  const system = needSystem(request.system)
  const template = pickTemplate(system, request.task, request.language, request.seed, request.token)
  const tree = fillWording(template.wording, request.slots, template.separator)
  const { text: question, losses } = printQuestion(system, tree, request.context, request.variant)
  if (request.chat !== undefined && !system.chats.includes(request.chat)) {
    throw fail(
      'unknown-chat',
      `${system.name} has no chat template ${request.chat}.`,
      `It has ${system.chats.join(', ') || 'none: the endpoint makes its own text'}.`
    )
  }
  const chat = findChatTemplate(request.chat ?? template.chat ?? '')
  if (chat === null) return { template, tree, text: question, chat: null, imageAt: [], stop: [], losses }
  const turns: ChatTurn[] = [{ role: 'user', content: question }]
  if (template.answerPrefix !== null) turns.push({ role: 'assistant', content: template.answerPrefix, isOpen: true })
  const rendered = renderChat(chat, turns, request.images ?? [], request.options)
  const { imageAt, stop } = rendered
  return { template, tree, text: question, chat: rendered.text, imageAt, stop, losses: [...losses, ...rendered.losses] }
}
