/**
 * @file Words to token ids and back: the model's own tokenizer.json and chat template. Templates are
 * rendered by an interpreter of Jinja that knows no files and no code (G3).
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Template } from '@huggingface/jinja'
import { Tokenizer } from '@huggingface/tokenizers'
import { AppError } from '../../src-shared/errors'
import type { AskMessage } from '../core/ports'
import { readNumberTexts, readVocabulary } from './grammar/vocabulary'
import type { TokenizerJson, Vocabulary } from './grammar/vocabulary'
import type { ModelFolder } from './repo/model-folder'
import { modelProblem } from './repo/problems'

const MAX_TOKENIZER_BYTES = 64_000_000
/** Longer than any context in tokens; keeps a pasted book from being tokenised first. */
const MAX_PROMPT_CHARACTERS = 400_000

export interface Prompt {
  /** As the template spells it; the image token stands once. */
  readonly text: string
  /** Without the image's own positions: ids before the image token, and after it. */
  readonly before: readonly number[]
  readonly after: readonly number[]
}

export interface ModelTokenizer {
  /** Rejects with `inference/reserved-text`, `inference/prompt-too-long`, `model/bad-template`. */
  prompt(messages: readonly AskMessage[]): Prompt
  /** Words that stand beside image features in a prompt, as the tokenizer splits them there. */
  encode(text: string): readonly number[]
  decode(ids: readonly number[]): string
  /** The bytes of every token that an answer may say; made anew at each call. Throws `model/bad-tokenizer`. */
  vocabulary(): Vocabulary
  /** Text of every token that spells digits, by id. */
  numberTexts(): ReadonlyMap<number, string>
  /** Ends an answer when generated: the end token of the tokenizer's configuration. */
  readonly endTokenId: number | null
}

async function readTokenizerJson(folder: ModelFolder): Promise<object> {
  const bytes = await readFile(join(folder.dir, 'tokenizer.json'))
  if (bytes.length > MAX_TOKENIZER_BYTES) {
    throw modelProblem('model/bad-tokenizer', folder.card.id, 'tokenizer.json is larger than 64 MB', {
      file: 'tokenizer.json'
    })
  }
  return JSON.parse(bytes.toString('utf8')) as object
}

function checkReserved(messages: readonly AskMessage[], reserved: readonly string[]): void {
  for (const { text } of messages) {
    const found = reserved.find((token) => text.includes(token))
    if (found === undefined) continue
    throw new AppError(
      'inference/reserved-text',
      `The question contains "${found}", which the model reads as a command, not as words.`,
      {
        nextStep: `Write it in another way, for example with a space inside.`,
        data: { token: found }
      }
    )
  }
}

export async function openTokenizer(folder: ModelFolder): Promise<ModelTokenizer> {
  const { card, family, reading, tokenizerConfig } = folder
  const model = card.id
  const { writePrompt } = reading
  const source = tokenizerConfig.chat_template ?? null
  if (writePrompt === null && source === null) {
    throw modelProblem('model/bad-template', model, 'it has no chat_template', {
      file: 'tokenizer_config.json'
    })
  }
  let tokenizer: Tokenizer
  let json: object
  let template: Template | null
  try {
    json = await readTokenizerJson(folder)
    tokenizer = new Tokenizer(json, tokenizerConfig)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw modelProblem('model/bad-tokenizer', model, `tokenizer.json cannot be used (${(cause as Error).message})`, {
      file: 'tokenizer.json',
      cause
    })
  }
  try {
    template = writePrompt !== null || source === null ? null : new Template(source)
  } catch (cause) {
    throw modelProblem('model/bad-template', model, `its chat_template cannot be read (${(cause as Error).message})`, {
      file: 'tokenizer_config.json',
      cause
    })
  }
  const reserved = [...tokenizer.get_added_tokens_decoder().values()]
    .filter((token) => token.special && !family.isMarkup(token.content))
    .map((token) => token.content)
  /** Special tokens that are no words; the others are kept in answers. */
  const silent = new Set(reserved.map((token) => tokenizer.token_to_id(token)))
  const bosToken = tokenizerConfig.bos_token ?? ''
  const endToken = tokenizerConfig.eos_token ?? null

  const asParts = ({ role, text }: AskMessage, place: number): unknown => ({
    role,
    content: [...(place === 0 ? [{ type: 'image' }] : []), { type: 'text', text }]
  })

  function render(template: Template, messages: readonly AskMessage[]): string {
    try {
      return template.render({
        messages:
          reading.content === 'parts'
            ? messages.map(asParts)
            : messages.map(({ role, text }) => ({ role, content: text })),
        add_generation_prompt: true,
        bos_token: bosToken,
        eos_token: endToken ?? '',
        pad_token: tokenizerConfig.pad_token ?? ''
      })
    } catch (cause) {
      throw modelProblem(
        'model/bad-template',
        model,
        `its chat_template failed on this dialogue (${(cause as Error).message})`,
        {
          file: 'tokenizer_config.json',
          cause
        }
      )
    }
  }

  return {
    endTokenId: endToken === null ? null : (tokenizer.token_to_id(endToken) ?? null),
    encode: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids,
    numberTexts: () => readNumberTexts(json as TokenizerJson),
    vocabulary: () => readVocabulary(json as TokenizerJson, (content) => reserved.includes(content)),
    decode(ids) {
      const said = ids.filter((id) => !silent.has(id))
      return said.length === 0
        ? ''
        : tokenizer.decode(said, { skip_special_tokens: false, clean_up_tokenization_spaces: false })
    },
    prompt(messages) {
      const characters = messages.reduce((sum, message) => sum + message.text.length, 0)
      if (characters > MAX_PROMPT_CHARACTERS) {
        throw new AppError(
          'inference/prompt-too-long',
          `The dialogue has ${characters} characters; no model reads more than ${MAX_PROMPT_CHARACTERS}.`,
          {
            nextStep: 'Start a new dialogue on this image, or shorten the question.',
            data: { characters, limit: MAX_PROMPT_CHARACTERS }
          }
        )
      }
      checkReserved(messages, reserved)
      if (template === null) {
        const { before, after } = writePrompt?.(messages, { bos: bosToken, eos: endToken ?? '' }) ?? {
          before: '',
          after: ''
        }
        const ids = (part: string): readonly number[] =>
          part === '' ? [] : tokenizer.encode(part, { add_special_tokens: false }).ids
        return { text: before + after, before: ids(before), after: ids(after) }
      }
      const text = render(template, messages)
      // Processors put the tokenizer's own beginning in front; a template that wrote it is not followed by another one.
      const isBegun = bosToken !== '' && text.startsWith(bosToken)
      const { ids } = tokenizer.encode(text, { add_special_tokens: !isBegun })
      const imageTokenId = reading.imageTokenId ?? -1
      const first = ids.indexOf(imageTokenId)
      const last = ids.lastIndexOf(imageTokenId)
      if (first === -1) {
        throw modelProblem('model/bad-template', model, 'its chat_template has no place for the image', {
          file: 'tokenizer_config.json'
        })
      }
      // Some templates write the image token once per position already.
      if (ids.slice(first, last).some((id) => id !== imageTokenId)) {
        throw modelProblem('model/bad-template', model, 'its chat_template names the image in two places', {
          file: 'tokenizer_config.json'
        })
      }
      return { text, before: ids.slice(0, first), after: ids.slice(last + 1) }
    }
  }
}
