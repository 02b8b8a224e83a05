/** @file Answers of servers held to a form: what each kind is sent, and what is made of an answer that was not held. */
import { afterEach, describe, expect, test } from 'vitest'
import { findDialect } from '../../src-shared/dialects/registry'
import { isInGrammar, sampleGrammar } from '../../src-shared/dialects/grammar'
import { gbnfGrammar, regularExpression } from '../../src-shared/dialects/grammar-text'
import type { Dialect } from '../../src-shared/dialects/dialect'
import type { AnswerForm } from '../../src-shared/prompts/answer-form'
import { grammarOfForm } from '../inference/grammar/modes'
import { parseEndpoint } from './config'
import { createEndpointService } from './service'
import { holdTo, serverKind } from './structured'
import type { ServerKind } from './structured'
import { sendJson, sendStream, startServer, streamOf } from './testing'
import type { TestServer } from './testing'

const open: TestServer[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})
const dialect = (id: string): Dialect => {
  const found = findDialect(id)
  if (found === null) throw new Error(`expected the dialect ${id}`)
  return found
}
const shikra = { host: 'h', dialect: dialect('shikra') }
const LABELS: AnswerForm = { kind: 'labels', labels: ['dog', 'dog house', 'a "cat"'] }
const BOXES: AnswerForm = { kind: 'boxes' }
const SCHEMA: AnswerForm = {
  kind: 'json-schema',
  schema: { type: 'object', properties: { count: { type: 'integer', minimum: 0 } }, required: ['count'] }
}

describe('what a server is sent', () => {
  test.each([
    ['vllm', 'vLLM'],
    ['sglang', 'SGLang'],
    ['llamacpp', 'llama.cpp'],
    ['library', 'Ollama'],
    ['organization_owner', 'LM Studio'],
    ['HuggingFaceTB', 'unknown']
  ] as const)('a server whose models belong to %s is %s', (owner, kind) => {
    expect(serverKind(['x', owner])).toBe(kind)
  })

  test.each(['vLLM', 'SGLang', 'llama.cpp', 'Ollama', 'LM Studio', 'unknown'] as const)('%s', (kind) => {
    const fieldsOf = (form: AnswerForm): readonly string[] => Object.keys(holdTo(form, kind, shikra).fields)
    expect(fieldsOf(SCHEMA)).toEqual(['response_format'])
    const expected: Readonly<Record<ServerKind, readonly [readonly string[], readonly string[] | null]>> = {
      vLLM: [
        ['structured_outputs', 'guided_choice'],
        ['structured_outputs', 'guided_regex']
      ],
      SGLang: [['regex'], ['regex']],
      'llama.cpp': [['grammar'], ['grammar']],
      Ollama: [['response_format'], null],
      'LM Studio': [['response_format'], null],
      unknown: [['response_format'], null]
    }
    const [labels, boxes] = expected[kind]
    expect(fieldsOf(LABELS)).toEqual(labels)
    if (boxes === null)
      expect(() => holdTo(BOXES, kind, shikra)).toThrow(expect.objectContaining({ code: 'inference/cannot-constrain' }))
    else expect(fieldsOf(BOXES)).toEqual(boxes)
  })

  test('an answer that is of no form is found out, whatever the server was told', () => {
    expect(holdTo(LABELS, 'vLLM', shikra).read('dog house')).toBe('dog house')
    expect(holdTo(LABELS, 'vLLM', shikra).read('a dog')).toBeNull()
    expect(holdTo(LABELS, 'Ollama', shikra).read('{"label": "dog"}')).toBe('dog')
    for (const wrong of ['dog', '{"label": "bird"}', '{"label": 3}', 'null', '[]'])
      expect(holdTo(LABELS, 'Ollama', shikra).read(wrong)).toBeNull()
    expect(holdTo(BOXES, 'vLLM', shikra).read('[0.100,0.200,0.300,0.400]')).toBe('[0.100,0.200,0.300,0.400]')
    expect(holdTo(BOXES, 'vLLM', shikra).read('It is on the left.')).toBeNull()
    expect(holdTo(SCHEMA, 'unknown', shikra).read('{"count": 3}')).toBe('{"count": 3}')
    for (const wrong of ['{"count": "3"}', '{"count": -1}', '{}', 'three'])
      expect(holdTo(SCHEMA, 'unknown', shikra).read(wrong)).toBeNull()
  })
})

/** Reads GBNF of the rules that are written here: literals, classes, groups, choices, repetitions. An own reader, as a judge. */
function regexOfGbnf(source: string): RegExp {
  const body = source.replace(/^root ::= /, '').trimEnd()
  const pattern = body.replace(/"(?:[^"\\]|\\.)*"|\[(?:[^\]\\]|\\.)*\]|\(|\)|\||[*+?]|\{\d+,?\d*\}|\s+/g, (piece) => {
    if (piece.startsWith('"')) return (JSON.parse(piece) as string).replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
    if (piece === '(') return '(?:'
    return /^\s+$/.test(piece) ? '' : piece
  })
  return new RegExp(`^(?:${pattern})$`, 'u')
}

describe('grammars for other programs', () => {
  test.each(['shikra', 'qwen-vl', 'kosmos-2', 'florence-2', 'paligemma', 'cogvlm', 'ferret', 'json'])(
    'of %s hold what the grammar holds, and nothing that it does not',
    (id) => {
      let state = 3
      const random = (): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32
      for (const form of [BOXES, { kind: 'phrases' } as const]) {
        const grammar = grammarOfForm(form, { dialect: dialect(id), namesBoxes: true, none: [] })
        const regex = new RegExp(`^(?:${regularExpression(grammar)})$`, 'u')
        const gbnf = regexOfGbnf(gbnfGrammar(grammar))
        let held = 0
        for (let round = 0; round < 60; round++) {
          const text = sampleGrammar(grammar, random)
          if (!isInGrammar(grammar, text)) continue
          held++
          // Words may be held to less; the regions must pass.
          expect([text, regex.test(text)]).toEqual([text, true])
          expect([text, gbnf.test(text)]).toEqual([text, true])
          const at = Math.floor(random() * text.length)
          const broken = `${text.slice(0, at)}${text.slice(at + 1)}`
          for (const judge of [regex, gbnf])
            if (judge.test(broken)) expect([broken, isInGrammar(grammar, broken)]).toEqual([broken, true])
        }
        expect(held).toBeGreaterThan(20)
      }
    }
  )
})

describe('a question that is held to a form', () => {
  async function serve(owner: string, answer: string, refuses = false) {
    const server = await startServer(({ url }, response) => {
      if (url.endsWith('/models')) sendJson(response, 200, { data: [{ id: 'qwen', owned_by: owner }] })
      else if (refuses) sendJson(response, 400, { error: { message: 'grammar is too complex' } })
      else sendStream(response, streamOf([answer]))
    })
    open.push(server)
    const endpoint = {
      ...parseEndpoint({ id: 'r', name: 'R', baseUrls: [server.baseUrl], model: 'qwen', dialect: 'shikra' })
    }
    const service = createEndpointService({
      list: () => Promise.resolve([{ ...endpoint, allowedHosts: [server.host] }]),
      media: { forSending: () => Promise.resolve(Uint8Array.of(0xff, 0xd8)) },
      environment: {},
      firstPauseMs: 1
    })
    const ask = (form: AnswerForm) =>
      service.ask({
        requestId: crypto.randomUUID(),
        modelId: 'r',
        imagePath: '/x.jpg',
        messages: [{ role: 'user', text: 'Where?' }],
        form
      })
    return { server, service, ask }
  }

  test('is sent in the fields of its server, whose kind is asked for once, and the answer says what was used', async () => {
    const { server, service, ask } = await serve('vllm', 'the dog[0.100,0.200,0.300,0.400]')
    expect((await service.models())[0]?.forms).toEqual(['boxes', 'phrases', 'labels', 'json-schema'])
    const answer = await ask(BOXES)
    expect(answer).toMatchObject({ text: 'the dog[0.100,0.200,0.300,0.400]', stop: 'end' })
    expect(answer.providerNotes).toEqual([`${server.host} held the answer to its form (structured_outputs.regex).`])
    await ask(BOXES)
    expect(server.received.filter(({ url }) => url.endsWith('/models'))).toHaveLength(1)
    const pattern = (server.received[1]?.body?.['structured_outputs'] as { regex: string }).regex
    expect(new RegExp(`^(?:${pattern})$`).test(answer.text)).toBe(true)
  })

  test('a label out of an object is the label; a server that passes the form over is found out', async () => {
    const held = await serve('library', '{"label": "dog"}')
    expect(await held.ask(LABELS)).toMatchObject({ text: 'dog', tokenTexts: [] })
    const free = await serve('vllm', 'It is a dog.')
    const answer = await free.ask(LABELS)
    expect(answer.text).toBe('It is a dog.')
    expect(answer.providerNotes[0]).toMatch(
      /was asked to hold the answer to its form \(structured_outputs\.choice\), and did not\.$/
    )
  })

  test('is refused before it is sent where its server knows no such form, and with the words of the server else', async () => {
    const lists = await serve('organization_owner', 'x')
    await expect(lists.ask(BOXES)).rejects.toMatchObject({ code: 'inference/cannot-constrain' })
    expect(lists.server.received.filter(({ method }) => method === 'POST')).toEqual([])
    const refusing = await serve('vllm', 'x', true)
    await expect(refusing.ask(BOXES)).rejects.toMatchObject({
      message: expect.stringContaining('grammar is too complex') as string
    })
  })
})
