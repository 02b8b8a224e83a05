/** @file Traps in formats of dialogues and captions. */
import type { FileBytes } from '../damage'
import type { Trap } from './trap'

const linesOf = (...records: readonly unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('')
const trap = (format: string | null, name: string, path: string, content: FileBytes): Trap => ({
  format,
  name,
  files: { [path]: content }
})
const human = (value: unknown): object => ({ from: 'human', value })
const gpt = (value: unknown): object => ({ from: 'gpt', value })

const llavaRecord = (conversations: unknown, patch: object = {}): object => ({
  id: 'm1',
  image: 'a.jpg',
  conversations,
  ...patch
})
const llava = (name: string, ...records: readonly object[]): Trap =>
  trap('llava-json', name, 'llava.json', JSON.stringify(records))
const LLAVA: readonly Trap[] = [
  llava('no image token', llavaRecord([human('What is it?'), gpt('a cup')])),
  llava('two image tokens, one image', llavaRecord([human('<image>\n<image>\nWhat is it?'), gpt('a cup')])),
  llava('an image token in an answer', llavaRecord([human('<image>\nWhat is it?'), gpt('<image> a cup')])),
  llava(
    'an image token in the second question',
    llavaRecord([human('What is it?'), gpt('a cup'), human('<image>\nAnd here?'), gpt('a dog')])
  ),
  llava(
    'two images',
    llavaRecord([human('<image>\n<image>\nWhich?'), gpt('the first')], { image: ['a.jpg', 'b.jpg'] })
  ),
  llava('gpt begins', llavaRecord([gpt('a cup'), human('<image>\nWhat is it?')])),
  llava('two questions in a row', llavaRecord([human('<image>\nWhat is it?'), human('Tell me.'), gpt('a cup')])),
  llava('two answers in a row', llavaRecord([human('<image>\nWhat is it?'), gpt('a cup'), gpt('a dog')])),
  llava('a question without answer', llavaRecord([human('<image>\nWhat is it?')])),
  llava('an empty answer', llavaRecord([human('<image>\nWhat is it?'), gpt('')])),
  llava('an answer of null', llavaRecord([human('<image>\nWhat is it?'), gpt(null)])),
  llava(
    'roles of another format',
    llavaRecord([
      { role: 'user', content: '<image>\nWhat is it?' },
      { role: 'assistant', content: 'a cup' }
    ])
  ),
  llava('an unknown role', llavaRecord([{ from: 'robot', value: 'x' }, gpt('a cup')])),
  llava(
    'a system turn',
    llavaRecord([{ from: 'system', value: 'Be short.' }, human('<image>\nWhat is it?'), gpt('a cup')])
  ),
  llava(
    'one id twice',
    llavaRecord([human('<image>\nWhat is it?'), gpt('a cup')]),
    llavaRecord([human('<image>\nWhat is it?'), gpt('a dog')])
  ),
  llava('thousandths in the text', llavaRecord([human('<image>\nWhat is [100, 200, 500, 600]?'), gpt('a cup')])),
  llava('pixels in the text', llavaRecord([human('<image>\nWhat is [100.5, 50.2, 300.1, 170.9]?'), gpt('a cup')])),
  llava('reversed fractions', llavaRecord([human('<image>\nWhat is [0.9, 0.8, 0.1, 0.2]?'), gpt('a cup')])),
  llava('fractions above 1', llavaRecord([human('<image>\nWhat is [0.5, 0.5, 1.2, 1.4]?'), gpt('a cup')])),
  llava('five numbers', llavaRecord([human('<image>\nWhat is [0.1, 0.2, 0.3, 0.4, 0.5]?'), gpt('a cup')])),
  llava('brackets that are none', llavaRecord([human('<image>\nIs [sic] right? [1] [a, b]'), gpt('yes')])),
  llava('no image', llavaRecord([human('What is it?'), gpt('a cup')], { image: undefined })),
  llava('an image of null', llavaRecord([human('What is it?'), gpt('a cup')], { image: null })),
  llava('an image of ../', llavaRecord([human('<image>\nWhat is it?'), gpt('a cup')], { image: '../../secret/a.jpg' })),
  llava(
    'an image of file://',
    llavaRecord([human('<image>\nWhat is it?'), gpt('a cup')], { image: 'file:///etc/a.jpg' })
  ),
  llava(
    'an image of UNC',
    llavaRecord([human('<image>\nWhat is it?'), gpt('a cup')], { image: '\\\\host\\share\\a.jpg' })
  ),
  llava('an image of an emoji', llavaRecord([human('<image>\nWhat is it?'), gpt('a cup')], { image: '😀.jpg' })),
  llava('conversations null', llavaRecord(null)),
  llava('conversations as a text', llavaRecord('[]')),
  trap(
    'llava-json',
    'one for each line',
    'llava.jsonl',
    linesOf(llavaRecord([human('<image>\nWhat is it?'), gpt('a cup')]))
  ),
  trap(
    'llava-json',
    'a list called jsonl',
    'llava.jsonl',
    JSON.stringify([llavaRecord([human('<image>\nWhat is it?'), gpt('a cup')])])
  ),
  trap(
    'llava-json',
    'lines called json',
    'llava.json',
    linesOf(
      llavaRecord([human('<image>\nWhat is it?'), gpt('a cup')]),
      llavaRecord([human('<image>\nWhat is it?'), gpt('a dog')], { image: 'b.jpg', id: 2 })
    )
  ),
  trap(
    'llava-json',
    'the second line is cut off',
    'llava.jsonl',
    linesOf(llavaRecord([human('<image>\nWhat is it?'), gpt('a cup')]))
      .repeat(2)
      .slice(0, -20)
  )
]

const qwen = (name: string, question: unknown, answer: unknown): Trap =>
  trap(
    'qwen-vl-json',
    name,
    'qwen.json',
    JSON.stringify([
      {
        id: 'q1',
        conversations: [
          { from: 'user', value: question },
          { from: 'assistant', value: answer }
        ]
      }
    ])
  )
const FIND = 'Picture 1: <img>a.jpg</img>\nFind the cup'
const QWEN: readonly Trap[] = [
  qwen('an open box', FIND, '<ref>the cup</ref><box>(100,200),(500,600)'),
  qwen('an open ref', FIND, '<ref>the cup<box>(100,200),(500,600)</box>'),
  qwen('three numbers', FIND, '<ref>the cup</ref><box>(100,200),(500)</box>'),
  qwen('a number of 1000', FIND, '<ref>the cup</ref><box>(100,200),(1000,600)</box>'),
  qwen('a number above 1000', FIND, '<ref>the cup</ref><box>(100,200),(1500,600)</box>'),
  qwen('fractions', FIND, '<ref>the cup</ref><box>(0.1,0.2),(0.5,0.6)</box>'),
  qwen('reversed', FIND, '<ref>the cup</ref><box>(500,600),(100,200)</box>'),
  qwen('a box without ref', FIND, 'It is at <box>(100,200),(500,600)</box>.'),
  qwen('two boxes of a ref', FIND, '<ref>the cups</ref><box>(100,200),(500,600)</box><box>(1,2),(3,4)</box>'),
  qwen(
    'Qwen2’s marks',
    FIND,
    '<|object_ref_start|>the cup<|object_ref_end|><|box_start|>(100,200),(500,600)<|box_end|>'
  ),
  qwen('no picture', 'Find the cup', '<ref>the cup</ref><box>(100,200),(500,600)</box>'),
  qwen(
    'two pictures',
    'Picture 1: <img>a.jpg</img>\nPicture 2: <img>b.jpg</img>\nFind the cup',
    '<ref>the cup</ref><box>(100,200),(500,600)</box>'
  ),
  qwen('an open img', 'Picture 1: <img>a.jpg\nFind the cup', 'a cup'),
  qwen('a picture of the web', 'Picture 1: <img>https://x.invalid/a.jpg</img>\nFind the cup', 'a cup')
]

const qwen2 = (name: string, answer: string, patch: object = {}): Trap =>
  trap(
    'qwen2-vl-json',
    name,
    'train.json',
    JSON.stringify([
      {
        image: 'a.jpg',
        conversations: [human('<image>\nLocate the cup, output bbox coordinates in JSON format.'), gpt(answer)],
        ...patch
      }
    ])
  )
const QWEN2: readonly Trap[] = [
  qwen2('JSON in a fence', '```json\n[{"bbox_2d": [98, 49, 294, 167], "label": "cup"}]\n```'),
  qwen2('JSON cut off', '[{"bbox_2d": [98, 49, 294, 167], "label": "cu'),
  qwen2('bbox for bbox_2d', '[{"bbox": [98, 49, 294, 167], "label": "cup"}]'),
  qwen2('fractions', '[{"bbox_2d": [0.1, 0.1, 0.5, 0.6], "label": "cup"}]'),
  qwen2('thousandths beyond the image', '[{"bbox_2d": [700, 800, 900, 950], "label": "cup"}]'),
  qwen2('texts', '[{"bbox_2d": ["98", "49", "294", "167"], "label": "cup"}]'),
  qwen2('a box of three', '[{"bbox_2d": [98, 49, 294], "label": "cup"}]'),
  qwen2('a label of null', '[{"bbox_2d": [98, 49, 294, 167], "label": null}]'),
  qwen2('a point', '[{"point_2d": [98, 49], "label": "cup"}]'),
  qwen2('a video', 'x', { image: undefined, video: 'a.mp4' }),
  trap(
    'qwen2-vl-json',
    'packed',
    'train.json',
    JSON.stringify([[{ image: 'a.jpg', conversations: [human('<image>\nWhat?'), gpt('a cup')] }]])
  )
]

const swift = (name: string, record: object): Trap => trap('ms-swift', name, 'swift.jsonl', linesOf(record))
const message = (role: string, content: unknown): object => ({ role, content })
const swiftRecord = (answer: string, objects: unknown, patch: object = {}): object => ({
  messages: [message('user', '<image>Find it'), message('assistant', answer)],
  images: ['a.jpg'],
  objects,
  ...patch
})
const SWIFT: readonly Trap[] = [
  swift('fewer boxes than marks', swiftRecord('<bbox><bbox>', { ref: [], bbox: [[100, 50, 300, 170]] })),
  swift(
    'more boxes than marks',
    swiftRecord('<bbox>', {
      ref: [],
      bbox: [
        [100, 50, 300, 170],
        [1, 2, 30, 40]
      ]
    })
  ),
  swift('more refs than marks', swiftRecord('<bbox>', { ref: ['x'], bbox: [[100, 50, 300, 170]] })),
  swift('norm1 with pixels', swiftRecord('<bbox>', { ref: [], bbox: [[100, 50, 300, 170]], bbox_type: 'norm1' })),
  swift('real with fractions', swiftRecord('<bbox>', { ref: [], bbox: [[0.1, 0.1, 0.5, 0.6]], bbox_type: 'real' })),
  swift('an unknown bbox_type', swiftRecord('<bbox>', { ref: [], bbox: [[100, 50, 300, 170]], bbox_type: 'norm1000' })),
  swift('a point', swiftRecord('<bbox>', { ref: [], bbox: [[100, 50]] })),
  swift('reversed', swiftRecord('<bbox>', { ref: [], bbox: [[300, 170, 100, 50]] })),
  swift('image_id beyond images', swiftRecord('<bbox>', { ref: [], bbox: [[100, 50, 300, 170]], image_id: [3] })),
  swift('no images', swiftRecord('<bbox>', { ref: [], bbox: [[100, 50, 300, 170]] }, { images: undefined })),
  swift(
    'two images and no image_id',
    swiftRecord(
      '<bbox>',
      { ref: [], bbox: [[100, 50, 300, 170]] },
      {
        images: ['a.jpg', 'b.jpg'],
        messages: [message('user', '<image><image>Find it'), message('assistant', '<bbox>')]
      }
    )
  ),
  swift(
    'more image tokens than images',
    swiftRecord(
      'x',
      { ref: [], bbox: [] },
      { messages: [message('user', '<image><image>Find it'), message('assistant', 'x')] }
    )
  ),
  swift('objects as a text', swiftRecord('<bbox>', '{"ref": [], "bbox": [[100, 50, 300, 170]]}')),
  swift('a tool call', {
    messages: [
      message('user', '<image>x'),
      message('tool_call', '{}'),
      message('tool_response', '{}'),
      message('assistant', 'y')
    ],
    images: ['a.jpg']
  }),
  swift('rejected beside', swiftRecord('a cup', undefined, { rejected_response: 'a dog' }))
]

const CHATS: readonly Trap[] = [
  trap(
    'llama-factory',
    'more image tokens than images',
    'l.json',
    JSON.stringify([
      { messages: [message('user', '<image><image>What?'), message('assistant', 'a cup')], images: ['a.jpg'] }
    ])
  ),
  trap(
    'llama-factory',
    'fewer image tokens than images',
    'l.json',
    JSON.stringify([{ messages: [message('user', 'What?'), message('assistant', 'a cup')], images: ['a.jpg'] }])
  ),
  trap(
    'llama-factory',
    'assistant begins',
    'l.json',
    JSON.stringify([{ messages: [message('assistant', 'a cup'), message('user', '<image>What?')], images: ['a.jpg'] }])
  ),
  trap(
    'llama-factory',
    'images as a text',
    'l.json',
    JSON.stringify([{ messages: [message('user', '<image>What?'), message('assistant', 'a cup')], images: 'a.jpg' }])
  ),
  trap(
    'llama-factory',
    'alpaca',
    'l.json',
    JSON.stringify([{ instruction: 'What?', input: '', output: 'a cup', images: ['a.jpg'] }])
  ),
  trap(
    'openai-jsonl',
    'a picture in an answer',
    'o.jsonl',
    linesOf({
      messages: [message('user', 'What?'), message('assistant', [{ type: 'image_url', image_url: { url: 'a.jpg' } }])]
    })
  ),
  trap(
    'openai-jsonl',
    'a picture inside the file',
    'o.jsonl',
    linesOf({
      messages: [
        message('user', [
          { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
          { type: 'text', text: 'What?' }
        ]),
        message('assistant', 'a cup')
      ]
    })
  ),
  trap(
    'openai-jsonl',
    'image_url as a text',
    'o.jsonl',
    linesOf({
      messages: [
        message('user', [
          { type: 'image_url', image_url: 'a.jpg' },
          { type: 'text', text: 'What?' }
        ]),
        message('assistant', 'a cup')
      ]
    })
  ),
  trap(
    'openai-jsonl',
    'two pictures',
    'o.jsonl',
    linesOf({
      messages: [
        message('user', [
          { type: 'image_url', image_url: { url: 'a.jpg' } },
          { type: 'image_url', image_url: { url: 'b.jpg' } },
          { type: 'text', text: 'What?' }
        ]),
        message('assistant', 'a cup')
      ]
    })
  ),
  trap(
    'openai-jsonl',
    'a part of an unknown type',
    'o.jsonl',
    linesOf({
      messages: [
        message('user', [
          { type: 'input_audio', input_audio: {} },
          { type: 'image_url', image_url: { url: 'a.jpg' } }
        ]),
        message('assistant', 'a cup')
      ]
    })
  ),
  trap(
    'openai-jsonl',
    'an answer that refuses',
    'o.jsonl',
    linesOf({
      messages: [
        message('user', [{ type: 'image_url', image_url: { url: 'a.jpg' } }]),
        { role: 'assistant', content: null, refusal: 'no' }
      ]
    })
  ),
  trap(
    'openai-jsonl',
    'a list, not lines',
    'o.json',
    JSON.stringify([
      {
        messages: [message('user', [{ type: 'image_url', image_url: { url: 'a.jpg' } }]), message('assistant', 'a cup')]
      }
    ])
  ),
  trap(
    'openai-jsonl',
    'a line that is no JSON between two',
    'o.jsonl',
    `${linesOf({ messages: [message('user', [{ type: 'image_url', image_url: { url: 'a.jpg' } }]), message('assistant', 'a cup')] })}oops\n${linesOf({ messages: [message('user', [{ type: 'image_url', image_url: { url: 'b.jpg' } }]), message('assistant', 'a dog')] })}`
  )
]

const ferret = (name: string, conversations: unknown, boxes: unknown, patch: object = {}): Trap =>
  trap(
    'ferret-json',
    name,
    'f.json',
    JSON.stringify([
      { id: 0, image: 'a.jpg', image_h: 480, image_w: 640, conversations, box_x1y1x2y2: boxes, ...patch }
    ])
  )
const ASK = [human('<image>\nWhat is <bbox_location0>?'), gpt('a cup')]
const FERRET: readonly Trap[] = [
  ferret(
    'an index beyond its boxes',
    [human('<image>\nWhat is <bbox_location3>?'), gpt('a cup')],
    [[[100, 50, 300, 170]], []]
  ),
  ferret('boxes that no turn names', [human('<image>\nWhat is it?'), gpt('a cup')], [[[100, 50, 300, 170]], []]),
  ferret('fewer lists than turns', ASK, [[[100, 50, 300, 170]]]),
  ferret('boxes for the whole dialogue', ASK, [[100, 50, 300, 170]]),
  ferret('fractions', ASK, [[[0.1, 0.1, 0.5, 0.6]], []]),
  ferret('a corner and a size', ASK, [[[400, 300, 200, 120]], []]),
  ferret('size swapped', ASK, [[[500, 50, 600, 170]], []], { image_h: 640, image_w: 480 }),
  ferret('no size', ASK, [[[100, 50, 300, 170]], []], { image_h: undefined, image_w: undefined })
]
const roi = (name: string, value: string, bboxes: unknown): Trap =>
  trap(
    'gpt4roi-json',
    name,
    'roi.json',
    JSON.stringify([{ id: 'm1', image: 'a.jpg', conversations: [human(value), gpt('yes')], bboxes }])
  )
const OTHERS: readonly Trap[] = [
  ...FERRET,
  roi('fewer boxes than marks', '<image>\nIs region1 <bbox> near region2 <bbox>?', [[0.1, 0.1, 0.5, 0.6]]),
  roi('pixels', '<image>\nWhat is region1 <bbox>?', [[100, 50, 300, 170]]),
  roi('more boxes than marks', '<image>\nWhat is region1 <bbox>?', [
    [0.1, 0.1, 0.5, 0.6],
    [0.2, 0.2, 0.3, 0.3]
  ]),
  trap(
    'science-qa',
    'an answer beyond the choices',
    'problems.json',
    JSON.stringify({
      1: { question: 'Which?', choices: ['a', 'b'], answer: 5, hint: '', image: 'a.jpg', split: 'train' }
    })
  ),
  trap(
    'science-qa',
    'an answer of a letter',
    'problems.json',
    JSON.stringify({
      1: { question: 'Which?', choices: ['a', 'b'], answer: 'B', hint: '', image: 'a.jpg', split: 'train' }
    })
  ),
  trap(
    'science-qa',
    'an answer of -1',
    'problems.json',
    JSON.stringify({
      1: { question: 'Which?', choices: ['a', 'b'], answer: -1, hint: '', image: 'a.jpg', split: 'train' }
    })
  ),
  trap(
    'science-qa',
    'no image',
    'problems.json',
    JSON.stringify({ 1: { question: 'Which?', choices: ['a', 'b'], answer: 0, hint: '', image: null, split: 'train' } })
  ),
  trap(
    'prefix-suffix',
    'three places',
    'p.jsonl',
    linesOf({ image: 'a.jpg', prefix: 'detect cup', suffix: '<loc0100><loc0200><loc0300> cup' })
  ),
  trap(
    'prefix-suffix',
    'a place of 1024',
    'p.jsonl',
    linesOf({ image: 'a.jpg', prefix: 'detect cup', suffix: '<loc0100><loc0200><loc1024><loc0400> cup' })
  ),
  trap(
    'prefix-suffix',
    'x before y',
    'p.jsonl',
    linesOf({ image: 'a.jpg', prefix: 'detect cup', suffix: '<loc0900><loc0100><loc0950><loc0200> cup' })
  ),
  trap(
    'prefix-suffix',
    'a reversed box',
    'p.jsonl',
    linesOf({ image: 'a.jpg', prefix: 'detect cup', suffix: '<loc0500><loc0500><loc0100><loc0100> cup' })
  ),
  trap(
    'prefix-suffix',
    'Florence’s places',
    'p.jsonl',
    linesOf({ image: 'a.jpg', prefix: '<OD>', suffix: 'cup<loc_100><loc_200><loc_500><loc_600>' })
  ),
  trap(
    'prefix-suffix',
    'no separator',
    'p.jsonl',
    linesOf({
      image: 'a.jpg',
      prefix: 'detect cup ; dog',
      suffix: '<loc0100><loc0200><loc0300><loc0400> cup <loc0100><loc0200><loc0300><loc0400> dog'
    })
  ),
  trap('prefix-suffix', 'an empty suffix', 'p.jsonl', linesOf({ image: 'a.jpg', prefix: 'detect cup', suffix: '' })),
  trap('captions-jsonl', 'a caption of a number', 'c.jsonl', linesOf({ file_name: 'a.jpg', text: 5 })),
  trap('captions-jsonl', 'captions with null in them', 'c.jsonl', linesOf({ image: 'a.jpg', captions: ['one', null] })),
  trap('captions-jsonl', 'a caption of white space', 'c.jsonl', linesOf({ file_name: 'a.jpg', text: '  ' })),
  trap(
    'captions-jsonl',
    'two names of the image',
    'c.jsonl',
    linesOf({ file_name: 'a.jpg', image: 'b.jpg', text: 'a cup' })
  ),
  trap(
    'interleaved-jsonl',
    'an index beyond the texts',
    'i.jsonl',
    linesOf({ text_list: ['a cup'], image_info: [{ image_name: 'a.jpg', matched_text_index: 7 }] })
  ),
  trap(
    'interleaved-jsonl',
    'lists of other lengths',
    'i.jsonl',
    linesOf({ images: ['a.jpg', null, 'b.jpg'], texts: [null, 'a cup'] })
  ),
  trap(
    'interleaved-jsonl',
    'an image and a text at one place',
    'i.jsonl',
    linesOf({ images: ['a.jpg'], texts: ['a cup'] })
  ),
  trap(
    'interleaved-jsonl',
    'nothing at one place',
    'i.jsonl',
    linesOf({ images: ['a.jpg', null], texts: [null, null] })
  ),
  trap(
    'all-seeing',
    'an open box',
    'as.json',
    JSON.stringify([
      {
        id: 'r',
        image: 'a.jpg',
        conversations: [human('<image>\nFind the cup.'), gpt('<ref>the cup</ref><box>[[100, 200, 500, 600]]')]
      }
    ])
  ),
  trap(
    'all-seeing',
    'a box of one bracket',
    'as.json',
    JSON.stringify([
      {
        id: 'r',
        image: 'a.jpg',
        conversations: [human('<image>\nFind the cup.'), gpt('<ref>the cup</ref><box>[100, 200, 500, 600]</box>')]
      }
    ])
  ),
  trap(
    'all-seeing',
    'a pred with one box',
    'as.json',
    JSON.stringify([
      {
        id: 'r',
        image: 'a.jpg',
        conversations: [
          human('<image>\nDescribe.'),
          gpt(
            'A <ref>cup</ref><box>[[100, 200, 500, 600]]</box> is <pred>left of</pred><box>[[100, 200, 500, 600]]</box> .'
          )
        ]
      }
    ])
  ),
  trap(
    'all-seeing',
    'above 999',
    'as.json',
    JSON.stringify([
      {
        id: 'r',
        image: 'a.jpg',
        conversations: [human('<image>\nFind the cup.'), gpt('<ref>the cup</ref><box>[[100, 200, 1200, 600]]</box>')]
      }
    ])
  ),
  trap(
    'llava-json',
    'Kosmos-2: an index beyond the grid',
    'k.json',
    JSON.stringify([
      llavaRecord([
        human('<image>\nWhere?'),
        gpt('<phrase>a cup</phrase><object><patch_index_0044><patch_index_1024></object>')
      ])
    ])
  ),
  trap(
    'llava-json',
    'Kosmos-2: an open phrase',
    'k.json',
    JSON.stringify([
      llavaRecord([human('<image>\nWhere?'), gpt('<phrase>a cup<object><patch_index_0044><patch_index_0863></object>')])
    ])
  )
]

export const TRAPS: readonly Trap[] = [...LLAVA, ...QWEN, ...QWEN2, ...SWIFT, ...CHATS, ...OTHERS]
