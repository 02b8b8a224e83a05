/** What PyPI transformers 5.24.0 makes of the same prompts; `fixtures/make_transformers.py` writes the fixture. */
import { describe, expect, test } from 'vitest'
import fixture from './fixtures/transformers.json'
import { findChatTemplate } from './chat/registry'
import { renderChat } from './chat/render-chat'
import { florence2System } from './systems/fixed-systems'

interface Case {
  readonly system: string
  readonly given: {
    readonly token?: string
    readonly input?: string | null
    readonly words?: string
    readonly tokens?: number
  }
  readonly text: string
}
const cases = fixture.cases as readonly Case[]

describe('Florence-2', () => {
  const sentences = cases.filter(({ system }) => system === 'florence-2')
  test('the port and we know the same tokens', () => {
    const ours = florence2System.tasks.map(({ token }) => token).sort()
    expect(ours).toEqual(sentences.map(({ given }) => given.token).sort())
  })
  test.each(sentences.map((one) => [one.given.token, one] as const))(
    '%s is sent as the same sentence',
    (token, { given, text }) => {
      const own = florence2System.tasks.find((one) => one.token === token)
      expect(own?.wordings.map((wording) => wording.replace(/\{\w+\}/, given.input ?? ''))).toEqual([text])
    }
  )
})

const rendered = (id: string, { words = '', tokens }: Case['given']): string => {
  const template = findChatTemplate(id)
  if (template === null) throw new Error(`no template ${id}`)
  return renderChat(template, [{ role: 'user', content: words }], [tokens === undefined ? {} : { tokens }]).text
}

test.each(['paligemma', 'kosmos-2', 'kosmos-2.5'])(
  '%s: picture, beginning and words in the order of the port',
  (id) => {
    const found = cases.filter(({ system }) => system === id)
    expect(found).toHaveLength(1)
    for (const { given, text } of found) {
      // The Kosmos-2 port writes a space after each of the picture's tokens, which its tokenizer takes away again.
      const expected = id === 'kosmos-2' ? text.replace(/(<\/?image>) /g, '$1') : text
      expect(rendered(id, given)).toBe(expected)
    }
  }
)
