/**
 * @file A whole model folder of random weights, made in milliseconds, the same bytes every time.
 * It answers nonsense, but through everything a real one goes through. For tests and benches.
 */
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { TINY, decoder, embedTokens, visionEncoder } from './tiny-graphs'
import type { DecoderTroubles, GraphSpec } from './tiny-graphs'

export interface TinyModelOptions extends DecoderTroubles {
  readonly id?: string
  /** With it an answer may end by itself; without, it goes on to a limit. */
  readonly hasEnd?: boolean
  /** Sizes and build of its graphs; the tiny ones when not given. At least 300 tokens. */
  readonly spec?: GraphSpec
}

const SPECIAL_TOKENS = ['<pad>', '<s>', '</s>', '<image>', 'USER:', 'ASSISTANT:']
const IMAGE_TOKEN = 3
/** Letters of three alphabets, so that some tokens hold a part of a letter only. */
const WORDS = ['the', 'dog', 'cat', 'red', 'left', 'of', 'is', 'and', '[0.', ',0.']

/** The printable stand-in of every byte, as GPT-2's byte-level BPE writes it. */
function byteAlphabet(): string[] {
  const isPrintable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255)
  let spare = 256
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : spare++))
}

function tokenizer({ vocabulary: size }: GraphSpec): unknown {
  const alphabet = byteAlphabet()
  const vocabulary = new Map<string, number>()
  const merges: string[] = []
  const add = (token: string): void => {
    if (!vocabulary.has(token)) vocabulary.set(token, vocabulary.size)
  }
  for (const token of [...SPECIAL_TOKENS, ...alphabet]) add(token)
  for (const word of WORDS) {
    const letters = [...Buffer.from(` ${word}`)].map((byte) => alphabet[byte] ?? '')
    for (let length = 2; length <= letters.length; length++) {
      const [head, tail] = [letters.slice(0, length - 1).join(''), letters[length - 1] ?? '']
      if (!vocabulary.has(head + tail)) merges.push(`${head} ${tail}`)
      add(head + tail)
    }
  }
  for (let filler = 0; vocabulary.size < size; filler++) add(`${alphabet[32]}w${filler}`)
  const special = (content: string, id: number): unknown => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true
  })
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL_TOKENS.map(special),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(vocabulary),
      merges
    }
  }
}

const CHAT_TEMPLATE =
  "{{ '<image>' }}{% for message in messages %}{% if message['role'] == 'user' %}" +
  "{{ 'USER: ' + message['content'] + ' ' }}{% else %}{{ 'ASSISTANT: ' + message['content'] + '</s>' }}{% endif %}" +
  "{% endfor %}{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}"

function configFiles(spec: GraphSpec): Readonly<Record<string, unknown>> {
  return {
    'config.json': {
      model_type: 'eyrie-tiny',
      image_token_index: IMAGE_TOKEN,
      num_image_tokens: spec.imageTokens,
      hidden_size: spec.width,
      num_hidden_layers: spec.layers,
      num_attention_heads: spec.heads,
      head_dim: spec.headDim,
      vocab_size: spec.vocabulary,
      max_position_embeddings: spec.maxPositions
    },
    'preprocessor_config.json': {
      do_resize: true,
      size: { height: spec.imageSide, width: spec.imageSide },
      resample: 2,
      do_rescale: true,
      rescale_factor: 1 / 255,
      do_normalize: true,
      image_mean: [0.5, 0.5, 0.5],
      image_std: [0.25, 0.25, 0.25]
    },
    'tokenizer.json': tokenizer(spec),
    'tokenizer_config.json': {
      pad_token: '<pad>',
      bos_token: '<s>',
      eos_token: '</s>',
      clean_up_tokenization_spaces: false,
      chat_template: CHAT_TEMPLATE
    }
  }
}

const card = (id: string): Readonly<Record<string, unknown>> => ({
  id,
  name: 'Tiny random model',
  family: 'eyrie-tiny',
  dialect: 'shikra',
  space: 'original',
  revision: '1',
  licence: 'Apache-2.0',
  languages: ['en'],
  tasks: [{ id: 'nonsense', examples: ['What is this?'] }],
  classes: [],
  cannot: ['anything: its weights are random']
})

/** Writes the folder `dir` (made when missing). */
export async function writeTinyModel(dir: string, options: TinyModelOptions = {}): Promise<void> {
  const { spec = TINY } = options
  const contents = new Map<string, Uint8Array>([
    ['onnx/embed_tokens.onnx', embedTokens(spec)],
    ['onnx/vision_encoder.onnx', visionEncoder(spec)],
    ['onnx/decoder_model_merged.onnx', decoder(options, spec)]
  ])
  const json = (value: unknown): Uint8Array => Buffer.from(`${JSON.stringify(value, null, 1)}\n`)
  for (const [path, value] of Object.entries(configFiles(spec))) contents.set(path, json(value))
  contents.set('generation_config.json', json(options.hasEnd ? { eos_token_id: [2, 265] } : {}))
  const files = [...contents].map(([path, bytes]) => ({
    path,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex')
  }))
  contents.set('eyrie.json', json({ ...card(options.id ?? 'tiny'), files }))
  for (const [path, bytes] of contents) {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), bytes)
  }
}
