/**
 * @file An image as words, for a language model that sees no image: its captions, and its things with their boxes, as
 * LLaVA's data was made. The model is asked for a conversation, a detailed description or a question that needs
 * reasoning, and to copy the boxes of what it names.
 */
import type { ImageDocument, LabelRecord } from '../../document/records'
import { plainText } from '../../grounded/plain-text'
import type { RegionId } from '../../grounded/nodes'
import type { Language } from '../../prompts/tasks/task'
import { hashOf } from '../random'
import { sceneOf } from '../scene'
import type { SceneOptions } from '../scene'
import { captionTurns } from '../tasks/captions'

export const CONTEXT_KINDS = ['conversation', 'detail', 'reasoning'] as const
export type ContextKind = (typeof CONTEXT_KINDS)[number]

export interface ContextObject {
  readonly id: RegionId
  readonly name: string
  /** As it is written: x0, y0, x1, y1, fractions of the image with three decimals. */
  readonly box: readonly [number, number, number, number]
}
export interface ImageContext {
  readonly captions: readonly string[]
  readonly objects: readonly ContextObject[]
}

export interface ContextRequest {
  /** The same image, records, kind and language give the same id; other records another one. */
  readonly id: string
  readonly imageId: string
  /** Path below the image root. */
  readonly image: string
  readonly kind: ContextKind
  readonly language: Language
  readonly system: string
  readonly user: string
  readonly context: ImageContext
}

/** Enough for a scene, and little enough for a context window of a small model. */
const MOST_OBJECTS = 60
const MOST_CAPTIONS = 10
const DECIMALS = 3

const rounded = (value: number): number => Number(value.toFixed(DECIMALS))

/** Only what a person stands for, the largest first; null when there is nothing to speak of. */
export function contextOf(
  document: ImageDocument,
  labels: readonly LabelRecord[],
  options: SceneOptions = {}
): ImageContext | null {
  const scene = sceneOf(document, labels, options)
  const captions = captionTurns(scene)
    .map(({ children }) => plainText(children).replace(/\s+/g, ' ').trim())
    .filter((words) => words !== '')
    .slice(0, MOST_CAPTIONS)
  const objects = scene.things
    .filter(({ isSure }) => isSure)
    .toSorted((a, b) => b.area - a.area)
    .flatMap(({ id, className, region, box: [x0, y0, x1, y1] }): readonly ContextObject[] => {
      const [name, phrase] = [className?.trim() ?? '', region.phrase?.trim() ?? '']
      const named = name === '' ? phrase : phrase === '' || phrase === name ? name : `${name} (${phrase})`
      const line = named.replace(/\s+/g, ' ')
      return line === '' ? [] : [{ id, name: line, box: [rounded(x0), rounded(y0), rounded(x1), rounded(y1)] }]
    })
    .slice(0, MOST_OBJECTS)
  return objects.length === 0 ? null : { captions, objects }
}

export const boxText = (box: ContextObject['box']): string =>
  `[${box.map((value) => value.toFixed(DECIMALS)).join(', ')}]`

const SYSTEM: Readonly<Record<Language, readonly string[]>> = {
  en: [
    'You write training data for a model that sees images. You do not see the image; its captions and a list of its objects are all you know of it.',
    'Each object has a box: left, top, right and bottom edge as fractions of the width and height, from the top left corner.',
    'Write as somebody who looks at the image. Do not mention captions, lists, boxes or coordinates in words.',
    'When you name an object of the list, put the words for it between <ref> and </ref> and copy its box right behind: <ref>the cup on the table</ref>[0.100, 0.200, 0.300, 0.400]. For several objects copy each box, one after the other.',
    'Copy boxes digit by digit; never write one that is not in the list. Say nothing that the captions and the list do not support: no counts, sides or sizes that the boxes contradict.'
  ],
  'zh-CN': [
    '你在为一个能看图的模型编写训练数据。你看不到图片，只知道它的说明文字和物体列表。',
    '每个物体都有一个框：左、上、右、下边缘，以图片宽高的比例表示，从左上角算起。',
    '请像正在看图的人那样写，文字中不要提到说明、列表、框或坐标。',
    '提到列表中的物体时，把指它的词语放在 <ref> 和 </ref> 之间，并在后面原样抄写它的框：<ref>桌上的杯子</ref>[0.100, 0.200, 0.300, 0.400]。有多个物体时，依次抄写每个框。',
    '框要逐位抄写，绝不写列表中没有的框。不要说说明和列表不支持的话：数量、方位和大小都不得与框矛盾。'
  ]
}

const ASK: Readonly<Record<Language, Readonly<Record<ContextKind, string>>>> = {
  en: {
    conversation:
      'Write a conversation about the image of three to five questions and answers: what there is, what kind, how many, where, what is being done. Ask only what can be answered for certain. Use exactly this form, one line each:\nQuestion: …\nAnswer: …',
    detail: 'Describe the image in detail, in one paragraph of four to eight sentences. Write the description alone.',
    reasoning:
      'Write one question about the image that needs reasoning, such as why something is so or what may come next, and an answer that gives its reasons step by step. Use exactly this form:\nQuestion: …\nAnswer: …'
  },
  'zh-CN': {
    conversation:
      '请写一段关于图片的对话，三到五个问答：有什么、是哪一种、有多少、在哪里、在做什么。只问能够确定回答的问题。严格使用以下格式，每项一行：\n问：…\n答：…',
    detail: '请用一段四到八句话详细描述图片，只写描述本身。',
    reasoning:
      '请就图片写一个需要推理的问题，例如为什么会这样，或接下来可能发生什么，并给出逐步说明理由的回答。严格使用以下格式：\n问：…\n答：…'
  }
}
const HEADS: Readonly<Record<Language, { readonly captions: string; readonly objects: string }>> = {
  en: { captions: 'Captions:', objects: 'Objects:' },
  'zh-CN': { captions: '说明：', objects: '物体：' }
}

/** null: the image has nothing to ask about. */
export function requestFor(
  document: ImageDocument,
  labels: readonly LabelRecord[],
  kind: ContextKind,
  language: Language,
  options: SceneOptions = {}
): ContextRequest | null {
  const context = contextOf(document, labels, options)
  if (context === null) return null
  const heads = HEADS[language]
  const lines = [
    ...(context.captions.length === 0 ? [] : [heads.captions, ...context.captions, '']),
    heads.objects,
    ...context.objects.map(({ name, box }) => `${name}: ${boxText(box)}`),
    '',
    ASK[language][kind]
  ]
  const [system, user] = [SYSTEM[language].join('\n'), lines.join('\n')]
  const { id: imageId, relativePath } = document.image
  const name = JSON.stringify([imageId, kind, system, user])
  const hash = [1, 2].map((salt) => hashOf(name, salt).toString(16).padStart(14, '0')).join('')
  return { id: `${kind}-${hash}`, imageId, image: relativePath, kind, language, system, user, context }
}
