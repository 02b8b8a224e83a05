import { readFileSync } from 'node:fs'
import { test } from 'vitest'
import { cogVlm } from '../cogvlm'
import { agrees, expectAgreement, hasRaised, readRegions } from './agreement'
import type { Raised, ReferenceCase, ReferenceFile } from './agreement'

type Groups = { readonly groups: readonly (readonly (readonly number[])[])[] }
type ReadCase = ReferenceCase<{ readonly text: string }, Groups | Raised>

const file = JSON.parse(
  readFileSync(new URL('../fixtures/reference/cogvlm.json', import.meta.url), 'utf8')
) as ReferenceFile<never, never>

test('CogVLM and its grounding parser read the same boxes', () => {
  expectAgreement(
    file.cases as unknown as readonly ReadCase[],
    ({ input: { text } }) =>
      readRegions(cogVlm, text, { image: { width: 1, height: 1 } }).map(({ numbers }) => numbers),
    ({ output }) => (hasRaised(output) ? 'raises' : output.groups.flat()),
    {
      differences: [
        {
          says: 'Its reader does not count the numbers; a box of ours has four.',
          count: 13,
          is: (_one, ours, theirs) =>
            Array.isArray(theirs) &&
            agrees(
              ours,
              theirs.filter((box: readonly number[]) => box.length === 4),
              1e-6
            )
        },
        {
          says: 'Its reader raises for an empty number among digits; ours drops that box.',
          count: 1,
          is: (_one, _ours, theirs) => theirs === 'raises'
        },
        {
          says: 'Its bracket goes on over another opener; ours begins again there.',
          count: 1,
          is: ({ input: { text } }) => /\[\[[^\]]*\[\[/.test(text)
        }
      ]
    }
  )
})
