import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ChatTemplate } from './chat-template'
import { CHAT_TEMPLATES, findChatTemplate } from './registry'
import { renderChat } from './render-chat'
import type { ChatImage, ChatTurn } from './render-chat'

const templateOf = (id: string): ChatTemplate => {
  const found = findChatTemplate(id)
  if (found === null) throw new Error(`no template ${id}`)
  return found
}
const user = (content: ChatTurn['content']): ChatTurn => ({ role: 'user', content })
const assistant = (content: string, isOpen = false): ChatTurn => ({ role: 'assistant', content, isOpen })
const PICTURE: ChatImage = { name: 'a.jpg', body: '<img_00007>' }
const VICUNA_USER =
  "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the user's questions."
const VICUNA_HUMAN = VICUNA_USER.replaceAll('user', 'human')
const PATCHES = `<im_start>${'<im_patch>'.repeat(256)}<im_end>`

describe('what the sources write, to the character', () => {
  test.each<[id: string, turns: ChatTurn[], images: ChatImage[], text: string]>([
    ['shikra', [user('Where is it?')], [PICTURE], `${VICUNA_USER} USER: ${PATCHES} Where is it? ASSISTANT:`],
    [
      'shikra',
      [user('Where?'), assistant('There[0.1,0.1,0.2,0.2]'), user('And now?')],
      [],
      `${VICUNA_USER} USER: Where? ASSISTANT: There[0.1,0.1,0.2,0.2]</s>USER: And now? ASSISTANT:`
    ],
    ['shikra', [user('a'), assistant('b')], [], `${VICUNA_USER} USER: a ASSISTANT: b</s>`],
    ['shikra', [user('a'), assistant('The answer is', true)], [], `${VICUNA_USER} USER: a ASSISTANT: The answer is`],
    [
      'shikra',
      [user([{ text: 'In ' }, { image: 0 }, { text: ', where?' }])],
      [PICTURE],
      `${VICUNA_USER} USER: In ${PATCHES}, where? ASSISTANT:`
    ],
    ['llava-1.5', [user('What?')], [PICTURE], `${VICUNA_HUMAN} USER: <image>\nWhat? ASSISTANT:`],
    ['all-seeing-v2', [user('What?')], [PICTURE], `${VICUNA_HUMAN} USER: <image>\nWhat? ASSISTANT:`],
    [
      'llava-1.0',
      [user('What?'), assistant('A cat.'), user('Sure?')],
      [PICTURE],
      `${VICUNA_HUMAN}###Human: <image>\nWhat?###Assistant: A cat.###Human: Sure?###Assistant:`
    ],
    [
      'ferret',
      [user('Where?')],
      [PICTURE],
      'A chat between a human and an AI that understands visuals. In images, [x, y] denotes points: top-left [0, 0], bottom-right [width-1, height-1]. Increasing x moves right; y moves down. Bounding box: [x1, y1, x2, y2]. Image size: 1000x1000. Follow instructions.  USER: <image>\nWhere? ASSISTANT:'
    ],
    [
      'gpt4roi',
      [user('What is region1 <bbox>?')],
      [PICTURE],
      `${VICUNA_HUMAN} USER: The ${PATCHES} provides an overview of the picture.\nWhat is region1 <bbox>? ASSISTANT:`
    ],
    [
      'pink-llamav2',
      [user('Where?'), assistant('[0.1]'), user('And?')],
      [PICTURE],
      `[INST] <<SYS>>\nImage: ${'<im_patch>'.repeat(256)}\n<</SYS>>\n\nWhere? [/INST] [0.1] </s><s>[INST] And? [/INST]`
    ],
    ['pink-llamav2', [user('Where?')], [], '[INST] Where? [/INST]'],
    [
      'qwen-vl-chat',
      [user('框出图中击掌的位置'), assistant('<ref>击掌</ref><box>(1,2),(3,4)</box>'), user('输出击掌的检测框')],
      [PICTURE],
      '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nPicture 1: <img>a.jpg</img>\n框出图中击掌的位置<|im_end|>\n<|im_start|>assistant\n<ref>击掌</ref><box>(1,2),(3,4)</box><|im_end|>\n<|im_start|>user\n输出击掌的检测框<|im_end|>\n<|im_start|>assistant\n'
    ],
    ['qwen-vl', [user('<ref>dog</ref>'), assistant('<box>', true)], [PICTURE], '<img>a.jpg</img><ref>dog</ref><box>'],
    [
      'qwen2-vl',
      [user('What?')],
      [PICTURE],
      '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n<|vision_start|><|image_pad|><|vision_end|>What?<|im_end|>\n<|im_start|>assistant\n'
    ],
    [
      'qwen3-vl',
      [user('What?')],
      [PICTURE],
      '<|im_start|>user\n<|vision_start|><|image_pad|><|vision_end|>What?<|im_end|>\n<|im_start|>assistant\n'
    ],
    [
      'kosmos-2',
      [user('<grounding>An image of')],
      [PICTURE],
      `<s><image>${'<image>'.repeat(64)}</image><grounding>An image of`
    ],
    ['kosmos-2.5', [user('<ocr>')], [PICTURE], `<s><image>${'<s>'.repeat(2048)}</image><ocr>`],
    ['kosmos-2.5-chat', [user('Q')], [], `<s><md>${VICUNA_USER} USER: Q ASSISTANT:`],
    ['ofa', [user(' what does the image describe?')], [PICTURE], ' what does the image describe?'],
    ['paligemma', [user('detect cat')], [PICTURE], `${'<image>'.repeat(256)}<bos>detect cat\n`],
    ['paligemma', [user('detect cat')], [{ tokens: 2 }], '<image><image><bos>detect cat\n'],
    ['florence-2', [user('What does the image describe?')], [PICTURE], 'What does the image describe?'],
    ['cogvlm-base', [user('q')], [PICTURE], '<EOI>q'],
    ['cogvlm-chat', [user('q'), assistant('a'), user('r')], [PICTURE], '<EOI> [INST] q [/INST] a [INST] r [/INST] '],
    ['cogvlm-vqa', [user('q')], [PICTURE], '<EOI>Question: q Short answer:'],
    [
      'cogvlm-chat-old',
      [user('q'), assistant('a'), user('r')],
      [PICTURE],
      '<EOI>Question: q Answer: a\nQuestion: r Answer:'
    ],
    [
      'minigpt-v2',
      [user('[refer] give me the location of X')],
      [PICTURE],
      '<s>[INST] <Img><ImageHere></Img> [refer] give me the location of X [/INST]'
    ],
    [
      'minigpt-4',
      [user('TEXT')],
      [PICTURE],
      'Give the following image: <Img>ImageContent</Img>. You will be able to see the image once I provide it to you. Please answer my questions.###Human: <Img><ImageHere></Img> TEXT###Assistant: '
    ],
    [
      'internvl-hermes-2',
      [user('TEXT')],
      [PICTURE],
      '<|im_start|>system\nAnswer the questions.<|im_end|><|im_start|>user\n<image>\nTEXT<|im_end|><|im_start|>assistant\n'
    ],
    [
      'internvl2_5',
      [user('TEXT')],
      [PICTURE, PICTURE],
      '<|im_start|>user\nImage-1: <image>\nImage-2: <image>\nTEXT<|im_end|>\n<|im_start|>assistant\n'
    ],
    [
      'internvl-phi3-chat',
      [user('TEXT')],
      [],
      '<|system|>\nYou are an AI assistant whose name is Phi-3.<|end|><|user|>\nTEXT<|end|><|assistant|>\n'
    ],
    [
      'deepseek-vl2',
      [user('Hello!'), assistant('Hi!'), user('Who?')],
      [],
      '<|User|>: Hello!\n\n<|Assistant|>: Hi!<｜end▁of▁sentence｜><|User|>: Who?\n\n<|Assistant|>:'
    ],
    [
      'mmgpt',
      [user('q')],
      [PICTURE],
      'Below is an instruction that describes a task. Write a response that appropriately completes the request.\n\n### Image:\n<image>\n\n### Instruction:\nq\n\n### Response:\n'
    ],
    [
      'mplug-owl',
      [user('q')],
      [PICTURE],
      "The following is a conversation between a curious human and AI assistant. The assistant gives helpful, detailed, and polite answers to the user's questions.\nHuman: <image>\nHuman: q\nAI: "
    ],
    ['mplug-owl2', [user('q')], [PICTURE], 'USER: <|image|>q ASSISTANT:'],
    ['lavin', [user('q')], [PICTURE], 'Instruction: q\nResponse: '],
    [
      'deepspeed-visualchat',
      [user('q')],
      [PICTURE, PICTURE],
      '### Image 1: <image>\n### Image 2: <image>\n### Question: q\n### Answer:'
    ],
    ['emu', [user('q')], [PICTURE], `[USER]: [IMG]${'<image>'.repeat(32)}[/IMG]q [ASSISTANT]:`],
    ['seed', [user('q')], [PICTURE], 'USER: <img><img_00007></img>q ASSISTANT:'],
    ['internlm-xcomposer', [user('q')], [PICTURE], ' <|User|>:<ImageHere>q<TOKENS_UNUSED_0> <|Bot|>:'],
    [
      'internlm-xcomposer2',
      [user('q')],
      [PICTURE],
      '[UNUSED_TOKEN_146]user\n<ImageHere>q[UNUSED_TOKEN_145]\n[UNUSED_TOKEN_146]assistant\n'
    ],
    ['anomalygpt', [user('q')], [PICTURE], '### Human: <Img></Img> q\n### Assistant:']
  ])('%s %#', (id, turns, images, text) => {
    const rendered = renderChat(templateOf(id), turns, images)
    expect(rendered.text).toBe(text)
    expect(rendered.losses).toEqual([])
    expect(rendered.stop.length).toBeGreaterThan(0)
  })

  test('LENS takes what was seen as system text', () => {
    const { text } = renderChat(templateOf('lens'), [user('what?')], [], { system: 'Tags:\n-cat\nCaptions:\n-a cat' })
    expect(text).toBe('Tags:\n-cat\nCaptions:\n-a cat\nQuestion:what?\nShort Answer:')
  })

  test('pictures are numbered over the whole dialogue, and on request where a model leaves it open', () => {
    const turns = [user([{ image: 0 }, { text: 'a' }]), assistant('b'), user([{ image: 1 }, { text: 'c' }])]
    expect(renderChat(templateOf('qwen-vl-chat'), turns, [PICTURE, { name: 'b.png' }]).text).toMatch(
      /Picture 1: <img>a\.jpg<\/img>a.*Picture 2: <img>b\.png<\/img>c/s
    )
    expect(renderChat(templateOf('qwen2-vl'), [user('a')], [PICTURE], { numberImages: true }).text).toContain(
      'user\nPicture 1: <|vision_start|>'
    )
  })
})

const marksOf = ({ reserved }: ChatTemplate): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom(...reserved),
        fc.constantFrom(...reserved).chain((mark) => fc.nat(mark.length).map((at) => mark.slice(0, at))),
        fc.constantFrom(...reserved).chain((mark) => fc.nat(mark.length).map((at) => mark.slice(at))),
        fc.constantFrom('a', ' ', '在', '😀', '#', '<', ':', '[', '\n')
      ),
      { maxLength: 8 }
    )
    .map((parts) => parts.join(''))

const occurrences = (text: string, mark: string): number => {
  let count = 0
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) count++
  return count
}
const dialogue = (template: ChatTemplate, words: readonly string[]): ChatTurn[] =>
  words
    .slice(0, template.turns === 'one' ? 2 : words.length)
    .map((content, i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content }))
const picturesOf = (template: ChatTemplate): ChatImage[] =>
  template.image === null ? [] : [PICTURE, PICTURE].slice(0, template.image.most ?? 2)

describe.each(CHAT_TEMPLATES.map((template) => [template.id, template] as const))('laws of %s', (_id, template) => {
  const lists = fc.array(marksOf(template), { minLength: 1, maxLength: 4 })

  test('words never add a mark, keep their length, and are said when they were changed', () => {
    fc.assert(
      fc.property(lists, (words) => {
        const images = picturesOf(template)
        const turns = dialogue(template, words)
        const rendered = renderChat(template, turns, images)
        const empty = renderChat(
          template,
          turns.map((turn) => ({ ...turn, content: '' })),
          images
        )
        for (const mark of template.reserved)
          expect(occurrences(rendered.text, mark)).toBe(occurrences(empty.text, mark))
        const length = turns.reduce((sum, { content }) => sum + content.length, 0)
        expect(rendered.text).toHaveLength(empty.text.length + length)
        const untouched = renderChat({ ...template, reserved: [] }, turns, images)
        expect(rendered.losses.length === 0).toBe(rendered.text === untouched.text)
        for (const { code, path } of rendered.losses) {
          expect(code).toBe('chat/escaped')
          expect(turns[path[0] ?? NaN]?.content).not.toBe('')
        }
      })
    )
  })

  test('a place is given for each picture, and holds its markup', () => {
    const images = picturesOf(template)
    const { text, imageAt } = renderChat(template, [user('words')], images)
    expect(imageAt.map(({ image }) => image)).toEqual(images.map((_, index) => index))
    const { image } = template
    for (const { start, end } of imageAt) {
      const markup = text.slice(start, end)
      expect(markup.startsWith(image?.open ?? '?') && markup.endsWith(image?.close ?? '?')).toBe(true)
      expect(markup).not.toBe('')
    }
  })

  test('a dialogue that goes on begins with what was there', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b c', '在'), { minLength: 3, maxLength: 3 }), (words) => {
        if (template.turns === 'one') return
        const turns = dialogue(template, words)
        const images = picturesOf(template)
        const long = renderChat(template, turns, images).text
        expect(long.startsWith(renderChat(template, turns.slice(0, 1), images).text)).toBe(true)
      })
    )
  })

  test('every stop and every role holds a mark that words are kept from, or is plain space', () => {
    const pieces = [...template.stop, template.user.open, template.assistant.open]
    for (const piece of pieces) {
      if (piece.trim() === '') continue
      expect(template.reserved.some((mark) => piece.includes(mark))).toBe(true)
    }
  })
})

describe('what cannot be rendered is refused', () => {
  const llava = templateOf('llava-1.5')
  test.each<[code: string, work: () => unknown]>([
    ['turn-order', () => renderChat(llava, [])],
    ['turn-order', () => renderChat(llava, [assistant('a')])],
    ['turn-order', () => renderChat(llava, [user('a'), user('b')])],
    ['turn-order', () => renderChat(llava, [user('a'), assistant('b', true), user('c')])],
    ['one-turn', () => renderChat(templateOf('paligemma'), [user('a'), assistant('b'), user('c')])],
    ['too-many-images', () => renderChat(llava, [user('a')], [PICTURE, PICTURE])],
    ['no-system', () => renderChat(templateOf('ofa'), [user('a')], [], { system: 'x' })],
    ['no-image-name', () => renderChat(templateOf('qwen-vl'), [user('a')], [{}])],
    ['bad-image-name', () => renderChat(templateOf('qwen-vl'), [user('a')], [{ name: 'x</img>' }])],
    ['bad-image-name', () => renderChat(templateOf('qwen-vl'), [user('a')], [{ name: '图'.repeat(86) }])],
    ['no-image-body', () => renderChat(templateOf('seed'), [user('a')], [{}])],
    ['image-place', () => renderChat(templateOf('paligemma'), [user([{ image: 0 }])], [PICTURE])],
    ['unknown-image', () => renderChat(llava, [user([{ image: 1 }])])]
  ])('%s %#', (code, work) => {
    expect(work).toThrow(expect.objectContaining({ code: `prompt/${code}` }))
  })
  test('a name of 256 bytes is taken', () => {
    const name = `${'图'.repeat(85)}x`
    expect(renderChat(templateOf('qwen-vl'), [user('a')], [{ name }]).text).toContain(name)
  })
})

test('ids are unique, and every template names its source', () => {
  expect(new Set(CHAT_TEMPLATES.map(({ id }) => id)).size).toBe(CHAT_TEMPLATES.length)
  for (const { source } of CHAT_TEMPLATES) expect(source).toMatch(/^[\w.-]+\/[\w.-]+/)
})

test('200,000 characters of marks are rendered in linear time', () => {
  for (const mark of ['###', 'USER:', '</s>', '#']) {
    const words = mark.repeat(Math.ceil(200_000 / mark.length))
    const started = performance.now()
    renderChat(templateOf('llava-1.0'), [user(words)])
    expect(performance.now() - started).toBeLessThan(2_000)
  }
})
