/**
 * @file `eyrie dialect prompt` and `eyrie dialect templates`: what a model reads when it is asked, as
 * JSON lines, and which questions each system knows.
 */
import { findVariant } from '../../src-shared/dialects/registry'
import type { GroundedRegion } from '../../src-shared/grounded/nodes'
import { findChatTemplate } from '../../src-shared/prompts/chat/registry'
import type { ChatImage, ChatOptions } from '../../src-shared/prompts/chat/render-chat'
import { composePrompt, needSystem } from '../../src-shared/prompts/compose'
import { PROMPT_SYSTEMS, templatesFor } from '../../src-shared/prompts/systems/registry'
import type { PromptTemplate } from '../../src-shared/prompts/systems/registry'
import type { SlotValue, SlotValues } from '../../src-shared/prompts/tasks/fill'
import { isSlotName, LANGUAGES, SLOTS, TASKS } from '../../src-shared/prompts/tasks/task'
import { bad, choose, isFields, shapeOf } from './dialect'
import type { Choice, Fields } from './dialect'
import { printJson, printTable } from './output'
import type { Streams } from './output'

export const PROMPT_FIELDS = `
Fields of a line:
  system, task        what is asked, and for what (eyrie dialect templates)
  language?           en (default) or zh-CN
  seed?               picks one of several wordings; default the first
  token?, chat?       a form of the task, a chat template, where the system has several
  slots               words: "text"; classes, options: ["a", "b"]; regions: {kind, coords | pixels} or a list of them
  image?              {"width", "height"} of the upright original; resized?, space?, variant?, settings? as for the dialect
  pictures?           [{name?, tokens?, body?}], default one without a name
  systemText?         in place of the template's own; null: none
  numberPictures?     true: "Picture 1: " and the like where the template leaves it open

Result: text is the question as the dialect writes it; chat is all that the model reads, up to its answer
(null: the endpoint makes it), imageAt where each picture stands in it; stop ends an answer; answerPrefix
is the part of chat that already belongs to the answer.`

type Place = Pick<Choice, 'space' | 'context'>

function placeOf(vector: Fields, dialect: string | null): Place {
  if (dialect !== null && findVariant(dialect) !== null) return choose({ ...vector, system: dialect })
  // Without a dialect numbers are of the original; a question with regions is refused later on.
  const { space, context } = choose({ system: 'json', image: vector['image'], space: 'original' })
  return { space, context }
}

function slotsOf(given: unknown, place: Place): { values: SlotValues; pixels: ReadonlyMap<string, readonly number[]> } {
  if (given !== undefined && !isFields(given)) throw bad('its slots are no object')
  const pixels = new Map<string, readonly number[]>()
  const regionOf = (value: unknown, id: string): GroundedRegion => {
    const made = shapeOf(value, place)
    if (made.pixels !== null) pixels.set(id, made.pixels)
    return { id, shape: made.shape }
  }
  const values = Object.entries(given ?? {}).map(([name, value]): [string, SlotValue] => {
    // A name that is no slot goes on as words, and is refused by name where slots are filled.
    const kind = isSlotName(name) ? SLOTS[name] : 'words'
    if (kind === 'region' || kind === 'regions') {
      const list: readonly unknown[] = Array.isArray(value) ? value : [value]
      return [name, list.map((one, i) => regionOf(one, list.length === 1 ? name : `${name}-${i + 1}`))]
    }
    const isWords = typeof value === 'string'
    if (!isWords && !(Array.isArray(value) && value.every((one) => typeof one === 'string')))
      throw bad(`its slot ${name} holds neither words nor a list of words`)
    const words: string | readonly string[] = isWords ? value : (value as readonly string[])
    return [name, words]
  })
  return { values: Object.fromEntries(values), pixels }
}

function picturesOf(given: unknown): readonly ChatImage[] {
  if (given === undefined || given === null) return [{}]
  if (!Array.isArray(given)) throw bad('its pictures are no list')
  return (given as unknown[]).map((one) => {
    if (!isFields(one)) throw bad('a picture is no object')
    const { name, tokens, body } = one
    if (tokens !== undefined && (typeof tokens !== 'number' || !Number.isInteger(tokens) || tokens < 0))
      throw bad('the tokens of a picture are no whole number')
    return {
      ...(typeof name === 'string' ? { name } : {}),
      ...(typeof tokens === 'number' ? { tokens } : {}),
      ...(typeof body === 'string' ? { body } : {})
    }
  })
}

const wordOf = (vector: Fields, name: string): string | undefined => {
  const value = vector[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw bad(`its ${name} is no text`)
  return value
}

export function promptVector(vector: Fields): object {
  const id = wordOf(vector, 'system')
  const task = wordOf(vector, 'task')
  if (id === undefined || task === undefined) throw bad('it names no system or no task')
  const { seed } = vector
  if (seed !== undefined && (typeof seed !== 'number' || !Number.isInteger(seed)))
    throw bad('its seed is no whole number')
  const place = placeOf(vector, needSystem(id).dialect)
  const { values, pixels } = slotsOf(vector['slots'], place)
  const system = vector['systemText'] === null ? null : wordOf(vector, 'systemText')
  const options: ChatOptions = {
    ...(system === undefined ? {} : { system }),
    numberImages: vector['numberPictures'] === true
  }
  const named = {
    language: wordOf(vector, 'language'),
    token: wordOf(vector, 'token'),
    chat: wordOf(vector, 'chat'),
    variant: wordOf(vector, 'variant')
  }
  const { template, text, chat, imageAt, stop, losses } = composePrompt({
    system: id,
    task,
    ...Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)),
    ...(typeof seed === 'number' ? { seed } : {}),
    slots: values,
    context: { ...place.context, pixels },
    images: picturesOf(vector['pictures']),
    options
  })
  return {
    id: vector['id'] ?? null,
    text,
    chat,
    stop,
    losses,
    imageAt,
    wording: template.wording.source,
    isExact: template.isExact,
    ...(template.answerPrefix === null ? {} : { answerPrefix: template.answerPrefix }),
    ...(template.token === null ? {} : { token: template.token })
  }
}

const listed = ({ wording, ...template }: PromptTemplate): object => ({ ...template, wording: wording.source })

/** What each system knows; as JSON with every wording and chat template. */
export function listTemplates(json: boolean, streams: Streams): void {
  if (!json) {
    const rows = PROMPT_SYSTEMS.map(({ id, name, dialect, trained, tasks }) => {
      const exact = new Set(tasks.filter(({ isExact }) => isExact).map(({ task }) => task))
      return [id, name, dialect ?? '-', trained.map((task) => (exact.has(task) ? `${task}*` : task)).join(', ') || '-']
    })
    printTable(streams, [['system', 'name', 'dialect', 'trained on (* exact words)'], ...rows])
    return
  }
  printJson(streams, {
    tasks: TASKS,
    systems: PROMPT_SYSTEMS.map((system) => ({
      id: system.id,
      name: system.name,
      dialect: system.dialect,
      speech: system.speech,
      notes: system.notes ?? [],
      chats: system.chats.map(findChatTemplate),
      templates: TASKS.flatMap(({ id }) =>
        LANGUAGES.flatMap((language) => templatesFor(system, id, language).map(listed))
      )
    }))
  })
}
