import { expect, test } from 'vitest'
import { normalizedBox } from '../../geometry/space'
import { mention, phrase, text } from '../../grounded/build'
import type { GroundedNode } from '../../grounded/nodes'
import { BOXES_WITH_WORDS } from '../keeps'
import { compareWords } from './compare-words'
import type { ContentImage } from './content'

const SIZE = { width: 100, height: 100 }
const region = (key: string, x0: number) => ({
  ...{ key, label: null, phrase: null, state: 'accepted' as const, origin: 'human' as const, confidence: null },
  ...{ attributes: {}, shape: { type: 'box' as const, box: normalizedBox(x0, 0.1, x0 + 0.2, 0.5) } }
})
const image = (children: readonly GroundedNode[]): ContentImage => ({
  ...{ path: 'a.jpg', size: SIZE, done: false, relations: [], regions: [region('a', 0.1), region('b', 0.6)] },
  dialogues: [{ title: null, turns: [{ role: 'assistant', children }] }]
})

function differences(before: readonly GroundedNode[], after: readonly GroundedNode[], phraseExtents: boolean) {
  const [said, left]: [string[], string[]] = [[], []]
  compareWords(image(before), image(after), {
    keeps: { ...BOXES_WITH_WORDS, dialogues: 'grounded', phraseExtents },
    reach: { x: 0.5, y: 0.5 },
    size: SIZE,
    say: (code) => void said.push(code),
    leave: (reason) => void left.push(reason)
  })
  return { said, left }
}

const WITH_COMMA = [phrase('the dog, which is brown', ['a']), text(' sleeps.')]

test.each<[string, readonly GroundedNode[]]>([
  ['a shorter phrase', [text('the dog, '), phrase('which is brown', ['a']), text(' sleeps.')]],
  ['no phrase at all', [text('the dog, which is brown'), mention(['a']), text(' sleeps.')]]
])('%s is what a dialect without marks leaves of one, and a loss in any other', (_name, after) => {
  expect(differences(WITH_COMMA, after, false)).toEqual({ said: [], left: ['phrase-extent'] })
  expect(differences(WITH_COMMA, after, true).said).toHaveLength(1)
})

test.each<[string, readonly GroundedNode[]]>([
  ['another region', [phrase('the dog, which is brown', ['b']), text(' sleeps.')]],
  ['no region', [text('the dog, which is brown sleeps.')]],
  ['a region behind other words', [text('the dog, which is brown sleeps.'), mention(['a'])]],
  ['other words', [phrase('the cat, which is brown', ['a']), text(' sleeps.')]]
])('%s is a loss in every dialect', (_name, after) => {
  for (const phraseExtents of [true, false]) {
    const { said, left } = differences(WITH_COMMA, after, phraseExtents)
    expect(said).toHaveLength(1)
    expect(left).toEqual([])
  }
})
