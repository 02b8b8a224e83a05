/** @file Systems that hold a dialogue and write regions in it. */
import type { TaskId } from '../tasks/task'
import { adapted, exact } from './prompt-system'
import type { PromptSystem } from './prompt-system'

const QUESTIONS: readonly TaskId[] = ['caption', 'vqa', 'vqa-cot', 'choice', 'existence']
const REFERRING: readonly TaskId[] = ['rec', 'reg', 'region-caption', 'grounded-caption', 'box-qa']

export const shikraSystem: PromptSystem = {
  id: 'shikra',
  name: 'Shikra',
  dialect: 'shikra',
  chats: ['shikra'],
  speech: 'regions',
  trained: [...REFERRING, ...QUESTIONS, 'vqa-gcot', 'vqa-pcot', 'point-qa-local', 'point-qa-twice'],
  tasks: [
    adapted('grounded-caption', [
      'Describe the image; behind each object you mention, write its coordinates {exact:[x0,y0,x1,y1]}.',
      'What does the image show? Put the position of every object in square brackets.'
    ]),
    adapted('vqa-gcot', [
      '{question} Give your reasons first, with the boxes {exact:[xmin,ymin,xmax,ymax]} of the objects behind them.',
      '{question} Reason before you answer and put the boxes of what you refer to in square brackets after the words.'
    ]),
    adapted('vqa-pcot', [
      '{question} Give your reasons first, with the center points {exact:[cx,cy]} of the objects behind them.',
      '{question} Reason before you answer and put the center {exact:[cx,cy]} of what you refer to after the words.'
    ]),
    adapted('vqa-cot', ["{question} Let's think step by step.", '{question} Explain your reasons first, then answer.'])
  ],
  notes: [
    'Trained on many wordings of each task, so our own serve; answers end with sentences such as `The answer is yes.`',
    'A box stands right behind its words, without a space; a question about a box or point ends with it.'
  ]
}

export const pinkSystem: PromptSystem = {
  id: 'pink',
  name: 'Pink',
  dialect: 'pink',
  chats: ['pink-llamav2', 'pink-llamav1'],
  speech: 'regions',
  trained: [
    ...REFERRING,
    ...QUESTIONS,
    'relation-predicate',
    'relation-object',
    'relation-subject',
    'coarse-location',
    'coarse-find',
    'counting',
    'detect-classes',
    'point-qa-local',
    'point-qa-twice'
  ],
  tasks: [
    adapted('coarse-location', [
      'Is {expression} in the top left, top right, bottom left or bottom right of the image?',
      'Which corner is {expression} nearest to: top left, top right, bottom left or bottom right?'
    ]),
    adapted('coarse-find', [
      'What is in the {position} of the image? Give box and name of each object, or answer N/A.',
      'List the objects in the {position} of the image with their boxes; if there are none, answer N/A.'
    ])
  ],
  notes: [
    'With the switch `add_marks`, questions were trained with `<loc>`, `<des>`, `<cls>`, `<rel>`, `<qes>` and `<opt>` around their parts; answers have none.'
  ]
}

export const qwenVlSystem: PromptSystem = {
  id: 'qwen-vl',
  name: 'Qwen-VL (base)',
  dialect: 'qwen-vl',
  chats: ['qwen-vl'],
  speech: 'fixed',
  trained: ['rec', 'grounded-caption'],
  tasks: [
    exact('rec', '{phrase:expression}', {
      answerPrefix: '<box>',
      source: 'QwenLM/Qwen-VL:eval_mm/evaluate_grounding.py'
    }),
    exact('grounded-caption', 'Generate the caption in English with grounding:', {
      source: 'QwenLM/Qwen-VL:TUTORIAL.md'
    })
  ]
}
export const qwenVlChatSystem: PromptSystem = {
  id: 'qwen-vl-chat',
  name: 'Qwen-VL-Chat',
  dialect: 'qwen-vl',
  chats: ['qwen-vl-chat'],
  speech: 'regions',
  trained: ['rec', 'caption', 'grounded-caption', 'vqa', 'ocr'],
  tasks: [
    exact('rec', ['框出图中{expression}的位置', '输出{expression}的检测框'], {
      language: 'zh-CN',
      source: 'QwenLM/Qwen-VL:README.md'
    })
  ]
}
export const qwen2VlSystem: PromptSystem = {
  id: 'qwen2-vl',
  name: 'Qwen2-VL',
  dialect: 'qwen2-vl',
  chats: ['qwen2-vl'],
  speech: 'regions',
  trained: ['rec', 'caption', 'vqa', 'ocr'],
  tasks: []
}

const JSON_BOXES = 'bbox coordinates in JSON format.'
const JSON_POINTS = 'Output the point coordinates in JSON format.'
const jsonTasks = [
  adapted('find-all', `Locate every instance of {expression} and report ${JSON_BOXES}`),
  adapted('detect-classes', `Locate every object of these classes: {classes}. Report ${JSON_BOXES}`),
  adapted('detect-all', `Locate all objects and report ${JSON_BOXES}`),
  adapted('detect-example', `Locate every object of the same kind as {region} and report ${JSON_BOXES}`),
  adapted('ocr-spotting', `Read every line of text and report its text and ${JSON_BOXES}`),
  adapted('vqa-pcot', `{question} Reason first, naming the objects that matter. ${JSON_POINTS}`)
]
export const qwen25VlSystem: PromptSystem = {
  id: 'qwen2.5-vl',
  name: 'Qwen2.5-VL',
  dialect: 'qwen2.5-vl',
  chats: ['qwen2.5-vl'],
  speech: 'regions',
  trained: ['rec', 'find-all', 'detect-classes', 'detect-all', 'caption', 'vqa', 'ocr', 'ocr-spotting', 'counting'],
  tasks: [
    exact('rec', 'Locate {expression} in this image and output the bbox coordinates in JSON format.', {
      notes: 'With other words the model has been seen to answer in fractions.',
      source: 'QwenLM/Qwen3-VL#991'
    }),
    ...jsonTasks
  ]
}
export const qwen3VlSystem: PromptSystem = {
  ...qwen25VlSystem,
  id: 'qwen3-vl',
  name: 'Qwen3-VL',
  dialect: 'qwen3-vl',
  chats: ['qwen3-vl'],
  tasks: [adapted('rec', 'Locate {expression} in this image and report bbox coordinates in JSON format.'), ...jsonTasks]
}

export const ferretSystem: PromptSystem = {
  id: 'ferret',
  name: 'Ferret',
  dialect: 'ferret',
  chats: ['ferret'],
  speech: 'regions',
  trained: [...REFERRING, 'region-class', 'detect-classes', 'vqa', 'caption', 'relation-predicate'],
  switches: ['<region_fea>'],
  tasks: [
    exact('rec', 'What is the location of {expression} in the image?', {
      source: 'apple/ml-ferret:ferret/eval/model_refcoco.py'
    }),
    exact('detect-classes', 'What are the locations of {classes}?', {
      source: 'apple/ml-ferret:ferret/eval/model_flickr.py'
    }),
    exact('region-class', 'What is the class of object {region} {exact:<region_fea>}?', {
      notes: 'Without `<region_fea>` where the features of the region are switched off.',
      source: 'apple/ml-ferret:ferret/eval/model_point_cls_single_image.py'
    })
  ]
}

export const gpt4roiSystem: PromptSystem = {
  id: 'gpt4roi',
  name: 'GPT4RoI',
  dialect: 'gpt4roi',
  chats: ['gpt4roi'],
  speech: 'reads',
  trained: ['region-caption', 'region-class', 'box-qa', 'reg', 'choice'],
  tasks: [],
  notes: ['Boxes travel beside the text, in the order in which they are named.']
}

export const cogvlmSystem: PromptSystem = {
  id: 'cogvlm',
  name: 'CogVLM (grounding)',
  dialect: 'cogvlm',
  chats: ['cogvlm-chat', 'cogvlm-base', 'cogvlm-vqa', 'cogvlm-chat-old'],
  speech: 'regions',
  trained: ['rec', 'grounded-caption', 'region-caption', 'vqa', 'caption', 'box-qa'],
  tasks: [
    exact(
      'grounded-caption',
      'Can you provide a description of the image and include the coordinates {exact:[[x0,y0,x1,y1]]} for each mentioned object?',
      { source: 'zai-org/CogVLM:README.md' }
    ),
    exact('rec', 'Can you point out {expression} in the image and provide the bounding boxes of their location?', {
      source: 'zai-org/CogVLM:README.md'
    }),
    exact('region-caption', 'Tell me what you see within the designated area {region} in the picture.', {
      source: 'zai-org/CogVLM:README.md'
    }),
    exact('vqa', '{question}', { chat: 'cogvlm-vqa', source: 'zai-org/CogVLM:utils/utils/language.py' })
  ]
}

const WITH_BOXES = 'Answer the question with grounding.'
const WITH_RELATIONS = 'Answer the question with scene graph.'
export const allSeeingSystem: PromptSystem = {
  id: 'all-seeing-v2',
  name: 'All-Seeing v2',
  dialect: 'asmv2',
  chats: ['all-seeing-v2'],
  speech: 'regions',
  trained: ['grounded-caption', 'vqa-gcot', 'rec', 'region-caption', 'relation-predicate', 'vqa', 'caption'],
  tasks: [
    adapted('grounded-caption', [`Describe the image. ${WITH_BOXES}`, `What does this image show? ${WITH_BOXES}`]),
    adapted('vqa-gcot', `{question} ${WITH_BOXES}`),
    adapted('detect-all', `Describe the objects of the image and how they relate. ${WITH_RELATIONS}`)
  ],
  notes: ['The wording of its REC prompt is not public; our own words are used.']
}

export const llava15System: PromptSystem = {
  id: 'llava-1.5',
  name: 'LLaVA-1.5',
  dialect: 'llava-1.5',
  chats: ['llava-1.5'],
  speech: 'regions',
  trained: ['rec', 'region-caption', 'caption', 'vqa', 'choice', 'existence'],
  tasks: [
    exact('rec', 'Please provide the bounding box coordinate of the region this sentence describes: {expression}', {
      source: 'haotian-liu/LLaVA:docs/Data.md, issue 606'
    }),
    exact('region-caption', 'Please provide a short description for this region: {region}', {
      source: 'haotian-liu/LLaVA:docs/Data.md, issue 606'
    })
  ]
}

export const internvlSystem: PromptSystem = {
  id: 'internvl',
  name: 'InternVL',
  dialect: 'internvl',
  chats: ['internvl2_5', 'internvl-hermes-2', 'internvl-internlm2-chat', 'internvl-phi3-chat'],
  speech: 'regions',
  trained: ['rec', 'detect-all', 'caption', 'vqa', 'choice', 'ocr'],
  tasks: [
    exact(
      'rec',
      'Please provide the bounding box coordinate of the region this sentence describes: {phrase:expression}',
      {
        source: 'OpenGVLab/InternVL:internvl_chat/eval/refcoco/evaluate_grounding.py'
      }
    ),
    exact('detect-all', 'Please detect and label all objects in the following image and mark their positions.', {
      isUnverified: true,
      source: 'OpenGVLab/InternVL'
    })
  ]
}

export const deepseekVl2System: PromptSystem = {
  id: 'deepseek-vl2',
  name: 'DeepSeek-VL2',
  dialect: 'deepseek-vl2',
  chats: ['deepseek-vl2'],
  speech: 'regions',
  trained: ['rec', 'grounded-caption', 'caption', 'vqa', 'ocr'],
  tasks: [
    adapted('rec', ['Find {phrase:expression} in the image.', 'Mark {phrase:expression} with its box.'], {
      isUnverified: true,
      notes: 'The marks around the words are known, the sentence is ours.'
    })
  ]
}

const SWITCHES = ['[refer]', '[identify]', '[grounding]', '[detection]', '[vqa]', '[caption]']
const MINIGPT_SOURCE = { source: 'Vision-CAIR/MiniGPT-4:demo_v2.py, eval_scripts/eval_ref.py' }
export const minigptV2System: PromptSystem = {
  id: 'minigpt-v2',
  name: 'MiniGPT-v2',
  dialect: 'minigpt-v2',
  chats: ['minigpt-v2'],
  speech: 'regions',
  trained: ['rec', 'region-caption', 'grounded-caption', 'detect-classes', 'vqa', 'caption'],
  switches: SWITCHES,
  tasks: [
    exact('rec', '{exact:[refer]} give me the location of {expression}', MINIGPT_SOURCE),
    exact('region-caption', '{exact:[identify]} what is this {region}', MINIGPT_SOURCE),
    exact('grounded-caption', '{exact:[grounding]} describe this image in detail', MINIGPT_SOURCE),
    exact('detect-classes', '{exact:[detection]} {classes}', MINIGPT_SOURCE),
    exact('vqa', '{exact:[vqa]} {question}', MINIGPT_SOURCE),
    adapted('caption', [
      '{exact:[caption]} describe this image in one sentence',
      '{exact:[caption]} say briefly what the image shows'
    ])
  ],
  notes: ['A tag before the words says which task is meant.']
}
