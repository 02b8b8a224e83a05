/** @file Systems that know only the strings they were trained on. */
import { exact } from './prompt-system'
import type { PromptSystem, SystemTask } from './prompt-system'

const GROUNDING = '{exact:<grounding>}'
const KOSMOS_SOURCE = { source: 'microsoft/unilm:kosmos-2/README.md, kosmos-2/evaluation' }
export const kosmos2System: PromptSystem = {
  id: 'kosmos-2',
  name: 'Kosmos-2',
  dialect: 'kosmos-2',
  chats: ['kosmos-2'],
  speech: 'fixed',
  trained: ['caption', 'grounded-caption', 'rec', 'reg', 'vqa'],
  switches: ['<grounding>'],
  tasks: [
    exact('grounded-caption', [`${GROUNDING}An image of`, `${GROUNDING}Describe this image in detail:`], KOSMOS_SOURCE),
    exact('caption', ['An image of', 'Describe this image in detail:'], {
      notes: 'Without the switch the same words give a caption without places.',
      ...KOSMOS_SOURCE
    }),
    exact('rec', `${GROUNDING}{phrase:expression}`, KOSMOS_SOURCE),
    exact('reg', `${GROUNDING}{phrase:It|region} is`, KOSMOS_SOURCE),
    exact('vqa', `${GROUNDING} Question: {question} Answer:`, KOSMOS_SOURCE)
  ],
  notes: ['The words are the beginning of a text that the model goes on with.']
}

const KOSMOS_25 = 'microsoft/unilm:kosmos-2.5/inference.py'
export const kosmos25System: PromptSystem = {
  id: 'kosmos-2.5',
  name: 'Kosmos-2.5',
  dialect: 'kosmos-2.5',
  chats: ['kosmos-2.5', 'kosmos-2.5-chat'],
  speech: 'fixed',
  trained: ['ocr', 'ocr-spotting', 'vqa'],
  switches: ['<ocr>', '<md>'],
  tasks: [
    exact('ocr-spotting', '{exact:<ocr>}', { source: KOSMOS_25 }),
    exact('ocr', '{exact:<md>}', { notes: 'The answer is Markdown.', source: KOSMOS_25 }),
    exact('vqa', '{question}', {
      chat: 'kosmos-2.5-chat',
      source: 'huggingface/transformers:docs/source/en/model_doc/kosmos2_5.md'
    })
  ]
}

const OFA = 'OFA-Sys/OFA:data/mm_data/refcoco_dataset.py, data/pretrain_data/unify_dataset.py'
export const ofaSystem: PromptSystem = {
  id: 'ofa',
  name: 'OFA',
  dialect: 'ofa',
  chats: ['ofa'],
  speech: 'fixed',
  trained: ['rec', 'region-caption', 'detect-all', 'caption'],
  tasks: [
    exact('rec', ' which region does the text " {expression} " describe?', { source: OFA }),
    exact('rec', '这段文字" {expression} "描述的是哪个区域？', { language: 'zh-CN', source: OFA }),
    exact('region-caption', '  what does the region describe? region:{region}', {
      notes: 'Two spaces before the words; the numbers follow the colon at once.',
      source: OFA
    }),
    exact('detect-all', ' what are the objects in the image?', { source: OFA }),
    exact('caption', ' what does the image describe?', { source: OFA })
  ]
}

const BIG_VISION = { source: 'google-research/big_vision:big_vision/configs/proj/paligemma/README.md' }
export const paligemmaSystem: PromptSystem = {
  id: 'paligemma',
  name: 'PaliGemma',
  dialect: 'paligemma',
  chats: ['paligemma'],
  speech: 'fixed',
  trained: ['rec', 'find-all', 'detect-classes', 'segment', 'caption', 'ocr', 'vqa'],
  tasks: [
    exact('rec', 'detect {expression}', BIG_VISION),
    exact('find-all', 'detect {expression}', BIG_VISION),
    exact('detect-classes', 'detect {classes}', { separator: ' ; ', ...BIG_VISION }),
    exact('segment', 'segment {expression}', BIG_VISION),
    exact('caption', ['caption en', 'cap en', 'describe en'], BIG_VISION),
    exact('ocr', 'ocr', BIG_VISION),
    exact('vqa', 'answer en {question}', BIG_VISION)
  ],
  notes: ['Lower-case words are usual. The language stands as its code; only `en` is confirmed here.']
}

const florence = (
  task: SystemTask['task'],
  token: string,
  wording: string,
  more: Partial<SystemTask> = {}
): SystemTask =>
  exact(task, wording, {
    token,
    source: 'huggingface/transformers:src/transformers/models/florence2/processing_florence2.py',
    ...more
  })
export const florence2System: PromptSystem = {
  id: 'florence-2',
  name: 'Florence-2',
  dialect: 'florence-2',
  chats: ['florence-2'],
  speech: 'fixed',
  isPiecewise: true,
  trained: [
    'caption',
    'detect-all',
    'ocr',
    'ocr-spotting',
    'rec',
    'find-all',
    'grounded-caption',
    'segment',
    'segment-region',
    'region-class',
    'region-caption',
    'ocr-region'
  ],
  tasks: [
    florence('caption', '<CAPTION>', 'What does the image describe?'),
    florence('caption', '<DETAILED_CAPTION>', 'Describe in detail what is shown in the image.'),
    florence('caption', '<MORE_DETAILED_CAPTION>', 'Describe with a paragraph what is shown in the image.'),
    florence('detect-all', '<OD>', 'Locate the objects with category name in the image.'),
    florence('detect-all', '<REGION_PROPOSAL>', 'Locate the region proposals in the image.', {
      notes: 'Boxes without names.'
    }),
    florence('grounded-caption', '<DENSE_REGION_CAPTION>', 'Locate the objects in the image, with their descriptions.'),
    florence('ocr', '<OCR>', 'What is the text in the image?'),
    florence('ocr-spotting', '<OCR_WITH_REGION>', 'What is the text in the image, with regions?'),
    florence('rec', '<CAPTION_TO_PHRASE_GROUNDING>', 'Locate the phrases in the caption: {expression}', {
      notes: 'Takes a whole caption; each phrase of it is found.'
    }),
    florence('find-all', '<OPEN_VOCABULARY_DETECTION>', 'Locate {expression} in the image.'),
    florence('segment', '<REFERRING_EXPRESSION_SEGMENTATION>', 'Locate {expression} in the image with mask'),
    florence('segment-region', '<REGION_TO_SEGMENTATION>', 'What is the polygon mask of region {region}'),
    florence('region-class', '<REGION_TO_CATEGORY>', 'What is the region {region}?'),
    florence('region-caption', '<REGION_TO_DESCRIPTION>', 'What does the region {region} describe?'),
    florence('ocr-region', '<REGION_TO_OCR>', 'What text is in the region {region}?')
  ],
  notes: ['A task token must be alone, or have its input right behind it.']
}
