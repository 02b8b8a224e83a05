/** @file Falconet's real weights: calls of the decoder for answers with boxes (bar 5), and the same answers timed. */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { answerQuestion } from '../../src-main/inference/decode/answer'
import { createDraftBook } from '../../src-main/inference/decode/drafts'
import type { BenchOptions, Row } from '../lib/row'
import { FALCONET } from './models'
import { limits, openOurs, quiet } from './ours'
import { openPeer } from './peer'
import { compare, told } from './rows'

const ROOT = resolve(import.meta.dirname, '../..')
const MOST_CALLS = 0.5

interface Prompt {
  readonly image: string
  readonly question: string
  readonly promptIds: readonly number[]
  readonly answerIds: readonly number[]
  readonly answer: string
}
/** One region, however many words are in front. */
const isOneBox = ({ answer }: Prompt): boolean => /^[^[;]*\[[^[;]*\]$/.test(answer)

export async function measureFalconet({ rounds }: BenchOptions): Promise<readonly Row[]> {
  const stored = JSON.parse(await readFile(join(FALCONET, 'fixtures/prompts.json'), 'utf8')) as {
    readonly prompts: readonly Prompt[]
  }
  const prompts = stored.prompts.filter(isOneBox)
  const [first] = prompts
  if (first === undefined) throw new Error('expected a stored prompt whose answer is one box')
  const picture = resolve(ROOT, first.image)
  const ours = await openOurs(FALCONET, picture, { before: [] })
  const peer = await openPeer(FALCONET, 'falconet', ours.pixels)
  const rows: Row[] = []
  try {
    const counts = { calls: 0, tokens: 0, plain: 0, wrong: 0 }
    const memory = ours.memory()
    for (const { image, question, answerIds } of prompts) {
      const request = {
        imagePath: resolve(ROOT, image),
        messages: [{ role: 'user' as const, text: question }],
        limits: limits(200)
      }
      const { opened } = ours
      // The picture is told by another question before.
      const other = { ...request, messages: [{ role: 'user' as const, text: 'What do you see?' }], limits: limits(1) }
      await answerQuestion(opened, memory, other, quiet)
      const guessed = await answerQuestion(opened, memory, request, quiet)
      const plain = await answerQuestion(opened, memory, { ...request, mayGuess: false }, quiet)
      counts.calls += guessed.calls
      counts.plain += plain.calls
      counts.tokens += guessed.ids.length
      const expected = JSON.stringify(answerIds)
      if (JSON.stringify(guessed.ids) !== expected || JSON.stringify(plain.ids) !== expected) counts.wrong++
    }
    const ratio = counts.calls / counts.tokens
    rows.push(
      told(
        `bar 5 · falconet: calls of the decoder a token, ${prompts.length} answers of one box`,
        `≤ ${MOST_CALLS}`,
        ratio <= MOST_CALLS && counts.wrong === 0,
        `${counts.calls} calls for ${counts.tokens} tokens: ${ratio.toFixed(2)}; without guesses ${(counts.plain / counts.tokens).toFixed(2)}; ${counts.wrong} answers differ from the stored ones`
      )
    )
    const onFirst = stored.prompts.filter(({ image }) => image === first.image)
    const ask = (round: number) => {
      const { promptIds, answerIds } = onFirst[round % onFirst.length] ?? first
      return { ids: [...ours.head, ...promptIds], tokens: answerIds.length }
    }
    const again = ours.memory()
    rows.push(
      await compare({
        name: 'falconet: an answer with boxes, second question, as shipped',
        // A new book every round: what the same question was answered with before must not help.
        ours: async (round) => {
          const memory = { ...again, drafts: createDraftBook(new Set()) }
          return (await ours.answer(memory, ask(round), { mayGuess: true })).ids
        },
        peer: peer && ((round) => peer.answer(ask(round))),
        atLeast: 3,
        rounds,
        note: `${onFirst.length} questions in turns, guesses on, nothing learned before; ${ours.model.decoding?.strategy ?? ''}`
      })
    )
    return rows
  } finally {
    await ours.end()
    await peer?.end()
  }
}
