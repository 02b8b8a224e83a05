/**
 * @file A tiny model in transformers.js: the very files of its folder, or a view of the folder where that version
 * cannot read its configuration.
 */
import { mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Feed, JsonObject } from '../../src-main/inference/families/family'
import type { Raster } from '../../src-main/inference/image/raster'
import { PEER_OPTIONS, transformersJs } from '../lib/transformers-js'
import type { TransformersJs } from '../lib/transformers-js'
import type { Fixture } from './fixtures'

export interface PeerTensor {
  readonly dims: readonly number[]
  readonly data: Float32Array | BigInt64Array | Uint8Array
}
type Tensors = Readonly<Record<string, PeerTensor>>

interface Callable {
  (inputs: unknown, more?: unknown): Promise<Tensors>
  dispose(): Promise<unknown>
  generate(options: Readonly<Record<string, unknown>>): Promise<PeerTensor>
}
interface Processor {
  (first: unknown, second?: unknown): Promise<Tensors>
  readonly image_processor: {
    (picture: unknown): Promise<Tensors>
    post_process_object_detection(outputs: unknown, threshold: number, sizes: readonly unknown[]): readonly PeerFound[]
  }
}
interface TokenizerOfPeer {
  (text: string): Tensors
  apply_chat_template(messages: unknown, options: unknown): string
}
/** Boxes are `[left, top, right, bottom]`. */
export interface PeerFound {
  readonly boxes: readonly (readonly number[])[]
  readonly classes: readonly number[]
  readonly scores: readonly number[]
}
interface Loader<T> {
  from_pretrained(name: string, options?: unknown): Promise<T>
}
interface Library extends TransformersJs {
  readonly Tensor: new (type: string, data: Feed['data'], dims: readonly number[]) => PeerTensor
  readonly RawImage: new (data: Uint8ClampedArray, width: number, height: number, channels: number) => unknown
  readonly AutoProcessor: Loader<Processor>
  readonly AutoTokenizer: Loader<TokenizerOfPeer>
  readonly AutoModelForImageTextToText: Loader<Callable>
  readonly AutoModelForObjectDetection: Loader<Callable>
}

/** Values of `model_type` that the peer has a class for, and what its processor is called with: some take pictures only. */
export const CLASSES: Readonly<Record<string, 'picture first' | 'words first' | 'words apart' | 'detector'>> = {
  llava: 'picture first',
  paligemma: 'picture first',
  florence2: 'picture first',
  qwen2_vl: 'words first',
  qwen2_5_vl: 'words first',
  qwen3_vl: 'words first',
  idefics3: 'words first',
  smolvlm: 'words first',
  moondream1: 'words apart',
  llava_onevision: 'words apart',
  rt_detr: 'detector',
  d_fine: 'detector',
  yolos: 'detector'
}

export interface Peer {
  /** Greedy tokens behind the prompt. */
  answer(ids: readonly number[], feeds: Readonly<Record<string, Feed>>, tokens: number): Promise<readonly number[]>
  /** What its own processor makes of a picture and of a prompt whose template is filled already. */
  process(picture: Raster, prompt: string): Promise<Tensors>
  /** The prompt of its own template. */
  write(question: string): string
  /** Pixels of its own processor. */
  look(picture: Raster): Promise<PeerTensor | undefined>
  detect(pixels: Feed, threshold: number): Promise<{ readonly raw: Tensors; readonly found: PeerFound }>
  end(): Promise<unknown>
}

/** It looks for the language model's numbers at the top, where files of transformers 4.5 have them under `text_config`. */
async function viewOf({ dir, name, config }: Fixture): Promise<string> {
  const view = join(tmpdir(), 'eyrie-bench-models', 'families', name)
  await rm(view, { recursive: true, force: true })
  await mkdir(view, { recursive: true })
  for (const file of await readdir(dir)) {
    if (file !== 'config.json') await symlink(join(dir, file), join(view, file))
  }
  // The outer part has the last word, and the model's type with it.
  const text = config['text_config'] as JsonObject
  await writeFile(join(view, 'config.json'), JSON.stringify({ ...text, ...config }))
  return view
}

/** Null when the library cannot be had here. */
export async function openPeer(fixture: Fixture): Promise<Peer | null> {
  const lib = (await transformersJs()) as Library | null
  if (lib === null) return null
  const type = String(fixture.config['model_type'])
  const dir = type === 'qwen2_vl' ? await viewOf(fixture) : fixture.dir
  lib.env.localModelPath = `${dirname(dir)}/`
  const kind = CLASSES[type]
  const loader = kind === 'detector' ? lib.AutoModelForObjectDetection : lib.AutoModelForImageTextToText
  const model = await loader.from_pretrained(fixture.name, PEER_OPTIONS)
  const processor = await lib.AutoProcessor.from_pretrained(fixture.name)
  const tokenizer = kind === 'detector' ? null : await lib.AutoTokenizer.from_pretrained(fixture.name)
  const tensor = ({ type: kindOf, data, dims }: Feed): PeerTensor => new lib.Tensor(kindOf, data, dims)
  const row = (values: readonly number[]): PeerTensor =>
    new lib.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length])
  /** Decoded by us for both, so that only what is made of the pixels is compared. */
  const imageOf = ({ size, data }: Raster): unknown =>
    new lib.RawImage(new Uint8ClampedArray(data), size.width, size.height, 3)
  // That version looks for the file only where it knows the processor to have one.
  const template = await readFile(join(dir, 'chat_template.jinja'), 'utf8').catch(() => undefined)
  return {
    async answer(ids, feeds, tokens) {
      const given = Object.entries(feeds).map(([name, feed]) => [name, tensor(feed)] as const)
      const { data } = await model.generate({
        input_ids: row(ids),
        attention_mask: row(ids.map(() => 1)),
        ...Object.fromEntries(given),
        max_new_tokens: tokens,
        do_sample: false
      })
      return Array.from(data, Number)
    },
    async process(picture, prompt) {
      const image = imageOf(picture)
      if (kind === 'words apart') return { ...(await processor(image)), ...tokenizer?.(prompt) }
      return kind === 'words first' ? processor(prompt, image) : processor(image, prompt)
    },
    write: (question) =>
      tokenizer?.apply_chat_template(
        [{ role: 'user', content: [{ type: 'image' }, { type: 'text', text: question }] }],
        { add_generation_prompt: true, tokenize: false, ...(template === undefined ? {} : { chat_template: template }) }
      ) ?? '',
    look: async (picture) => (await processor.image_processor(imageOf(picture)))['pixel_values'],
    async detect(pixels, threshold) {
      const raw = await model({ pixel_values: tensor(pixels) })
      const [found] = processor.image_processor.post_process_object_detection(raw, threshold, [[1, 1]])
      return { raw, found: found ?? { boxes: [], classes: [], scores: [] } }
    },
    end: () => model.dispose()
  }
}
