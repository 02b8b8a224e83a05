/**
 * @file Puts turns into the markup of a chat template, exact to the character. Turns are text that a
 * dialect has written; words in it that look like the template's own marks are made harmless and said.
 */
import { AppError } from '../../errors'
import type { SourceRange } from '../../errors'
import type { Loss } from '../../dialects/dialect'
import { makeHarmless } from '../harmless'
import type { Piece } from '../harmless'
import type { ChatTemplate, ImageMarkup } from './chat-template'

/** Words, or one of the pictures (index into `images`) where the words name it. */
export type ChatPart = { readonly text: string } | { readonly image: number }

export interface ChatTurn {
  readonly role: 'user' | 'assistant'
  readonly content: string | readonly ChatPart[]
  /** Only the last turn, of the assistant: the answer goes on from here. */
  readonly isOpen?: boolean
}

export interface ChatImage {
  /** Name of the file, for models that read it in the text. */
  readonly name?: string
  /** How many tokens this picture takes, where the model decides by its size; default the template's. */
  readonly tokens?: number
  /** What the model's own encoder wrote for it. */
  readonly body?: string
}

export interface ChatOptions {
  /** Default the template's own; null: none. */
  readonly system?: string | null
  /** Words before each picture where the template leaves it to the caller. */
  readonly numberImages?: boolean
}

export interface ImagePlace extends SourceRange {
  /** Index into `images`. */
  readonly image: number
}

export interface RenderedChat {
  readonly text: string
  /** Half-open UTF-16 offsets of what stands for each picture, in order of the text. */
  readonly imageAt: readonly ImagePlace[]
  readonly stop: readonly string[]
  /** `path[0]` is the turn. */
  readonly losses: readonly Loss[]
}

interface Fragment extends Piece {
  readonly turn?: number
  readonly image?: number
}

const fail = (code: string, message: string, nextStep: string): AppError =>
  new AppError(`prompt/${code}`, message, { nextStep })

const utf8Bytes = (text: string): number =>
  Array.from(text).reduce((sum, letter) => {
    const point = letter.codePointAt(0) ?? 0
    return sum + (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4)
  }, 0)

class Writer {
  readonly fragments: Fragment[] = []
  readonly template: ChatTemplate
  readonly images: readonly ChatImage[]
  readonly isNumbered: boolean
  #count = 0

  constructor(template: ChatTemplate, images: readonly ChatImage[], isNumbered: boolean) {
    this.template = template
    this.images = images
    this.isNumbered = isNumbered
  }

  fixed(text: string): void {
    if (text !== '') this.fragments.push({ is: 'fixed', text })
  }

  words(text: string, turn: number): void {
    if (text !== '') this.fragments.push({ is: 'words', text, turn })
  }

  image(markup: ImageMarkup, index: number, after = markup.after): void {
    const image = this.images[index]
    if (image === undefined)
      throw fail('unknown-image', `Picture ${index} is not given.`, 'Give every picture that a turn names.')
    const { label } = markup
    this.#count++
    const isLabelled =
      label?.when === 'always' ||
      (label?.when === 'several' && this.images.length > 1) ||
      (label !== undefined && this.isNumbered)
    if (label !== undefined && isLabelled) this.fixed(label.text.replace('{n}', () => String(this.#count)))
    this.fragments.push({ is: 'fixed', text: markup.open + this.#body(markup, image) + markup.close, image: index })
    this.fixed(after)
  }

  #body({ body, close }: ImageMarkup, { name, tokens, body: given }: ChatImage): string {
    if (body.is === 'token') return body.token.repeat(tokens ?? body.copies)
    const text = body.is === 'name' ? name : given
    if (text === undefined || text === '') {
      throw body.is === 'name'
        ? fail(
            'no-image-name',
            `${this.template.name} reads the name of a picture's file.`,
            'Give each picture a name.'
          )
        : fail(
            'no-image-body',
            `${this.template.name} reads what its own encoder wrote for a picture.`,
            'Give each picture its body.'
          )
    }
    if (body.is === 'name' && (utf8Bytes(text) > body.mostBytes || text.includes(close) || /[\r\n]/.test(text))) {
      throw fail(
        'bad-image-name',
        `${this.template.name} cannot read the name of this picture: it is longer than ${body.mostBytes} bytes, has line breaks or holds ${close}.`,
        'Give it another name.'
      )
    }
    return text
  }
}

function check(
  template: ChatTemplate,
  turns: readonly ChatTurn[],
  images: readonly ChatImage[],
  options: ChatOptions
): void {
  turns.forEach(({ role, isOpen }, i) => {
    if (role !== (i % 2 === 0 ? 'user' : 'assistant'))
      throw fail(
        'turn-order',
        `Turn ${i} is of the ${role}; a dialogue begins with the user and takes turns.`,
        'Join turns of the same role.'
      )
    if (isOpen === true && (role === 'user' || i !== turns.length - 1))
      throw fail('turn-order', `Turn ${i} is open, but only a last answer can be.`, 'Close it.')
  })
  if (turns.length === 0) throw fail('turn-order', 'There is no turn.', 'Give the question of the user.')
  if (template.turns === 'one' && turns.length > 2)
    throw fail('one-turn', `${template.name} knows one question and its answer.`, 'Ask each question by itself.')
  const most = template.image === null ? null : template.image.most
  if (most !== null && images.length > most)
    throw fail(
      'too-many-images',
      `${template.name} takes ${most} picture, not ${images.length}.`,
      'Ask about one picture at a time.'
    )
  if (options.system !== undefined && options.system !== null && template.system === null)
    throw fail('no-system', `${template.name} has no system text.`, 'Leave it out.')
}

/** Pictures that no turn names stand before the words of the first. */
function unplaced(turns: readonly ChatTurn[], images: readonly ChatImage[]): readonly number[] {
  const named = new Set(
    turns.flatMap(({ content }) =>
      typeof content === 'string' ? [] : content.flatMap((part) => ('image' in part ? [part.image] : []))
    )
  )
  return images.map((_, index) => index).filter((index) => !named.has(index))
}

/**
 * The text a model reads: after a question it ends where the answer begins, after a finished answer
 * with its end, as training data does. Errors: `prompt/turn-order`, `prompt/one-turn`,
 * `prompt/too-many-images`, `prompt/no-system`, `prompt/no-image-name`, `prompt/bad-image-name`,
 * `prompt/no-image-body`, `prompt/image-place`, `prompt/unknown-image`.
 */
export function renderChat(
  template: ChatTemplate,
  turns: readonly ChatTurn[],
  images: readonly ChatImage[] = [],
  options: ChatOptions = {}
): RenderedChat {
  check(template, turns, images, options)
  const { begin, system, user, assistant, image } = template
  const writer = new Writer(template, images, options.numberImages ?? false)
  const first = unplaced(turns, images)
  const placed = (place: ImageMarkup['place'], wanted: readonly number[]): void => {
    if (image?.place === place) for (const index of wanted) writer.image(image, index)
  }
  const text = options.system === undefined ? (system?.text ?? null) : options.system
  const hasSystem = system !== null && (text !== null || (image?.place === 'system' && first.length > 0))
  const writeSystem = (): void => {
    if (system === null || !hasSystem) return
    writer.fixed(system.open)
    placed('system', first)
    // The template's own text may speak of its marks.
    if (options.system === undefined) writer.fixed(text ?? '')
    else writer.words(text ?? '', 0)
    writer.fixed(system.close)
  }

  if (begin?.by === 'text') writer.fixed(begin.token)
  placed('head', first)
  if (system?.place !== 'user') writeSystem()
  turns.forEach((turn, i) => {
    const isLast = i === turns.length - 1
    if (turn.role === 'user') {
      if (i === 0) placed('before-turn', first)
      writer.fixed(i === 0 ? (user.first ?? user.open) : user.open)
      if (i === 0 && system?.place === 'user') writeSystem()
      if (i === 0) placed('turn', first)
    } else writer.fixed(assistant.open + assistant.lead)
    for (const part of typeof turn.content === 'string' ? [{ text: turn.content }] : turn.content) {
      if ('text' in part) writer.words(part.text, i)
      else if (image?.place === 'turn') writer.image(image, part.image, '')
      else if (image !== null)
        throw fail('image-place', `${template.name} has its own place for a picture.`, 'Do not name it within a turn.')
    }
    if (turn.role === 'user') writer.fixed(user.close)
    else if (turn.isOpen !== true) writer.fixed(isLast ? (assistant.last ?? assistant.close) : assistant.close)
    if (turn.role === 'user' && isLast) writer.fixed(assistant.open)
  })
  return finish(template, writer.fragments)
}

function finish({ reserved, stop }: ChatTemplate, fragments: readonly Fragment[]): RenderedChat {
  const { texts, changes } = makeHarmless(fragments, reserved)
  const losses = changes.map(({ piece, around }): Loss => ({
    code: 'chat/escaped',
    message: `Words that look like the markup of a dialogue were changed: ${around}`,
    path: [fragments[piece]?.turn ?? 0]
  }))
  const imageAt: ImagePlace[] = []
  let at = 0
  fragments.forEach(({ image }, i) => {
    const end = at + (texts[i]?.length ?? 0)
    if (image !== undefined) imageAt.push({ image, start: at, end })
    at = end
  })
  return { text: texts.join(''), imageAt, stop, losses }
}
