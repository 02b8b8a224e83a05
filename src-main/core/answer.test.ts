import { expect, test } from 'vitest'
import { findDialect } from '../../src-shared/dialects/registry'
import { groundedText, text } from '../../src-shared/grounded/build'
import { TEST_MODEL, createScriptedInference, streaming } from '../testing/scripted-inference'
import { answerQuestion } from './answer'

const LOCATIONS = Array.from({ length: 8 }, (_, i) => `<loc_${100 * (i + 1)}>`).join('')

test.each([
  ['<OCR_WITH_REGION>', ['quad']],
  ['<REFERRING_EXPRESSION_SEGMENTATION>the sign', ['polygon']],
  ['<OD>', ['box', 'box']]
])('what the numbers of an answer are follows from the task of the question: %s', async (question, kinds) => {
  const dialect = findDialect('florence-2')
  if (dialect === null) throw new Error('expected the dialect')
  const { tree } = await answerQuestion(
    {
      requestId: 'r',
      model: { ...TEST_MODEL, dialect: 'florence-2' },
      dialect,
      imagePath: 'sign.png',
      image: { width: 100, height: 100 },
      history: [],
      question: groundedText([text(question)]),
      regionId: (place) => `r${place}`
    },
    createScriptedInference(streaming(`EXIT${LOCATIONS}`)),
    { progress: () => undefined, isCancelled: () => false }
  )
  expect(tree.regions.map(({ shape }) => shape.type)).toEqual(kinds)
})

test('numbers of a model that counts in another size than it is shown are read as its folder says', async () => {
  const dialect = findDialect('ofa')
  if (dialect === null) throw new Error('expected the dialect')
  const right = async (settings: { readonly dialectSettings?: { readonly 'patch-size': number } }) => {
    const { tree } = await answerQuestion(
      {
        requestId: 'r',
        model: { ...TEST_MODEL, dialect: 'ofa', ...settings },
        dialect,
        imagePath: 'dog.png',
        image: { width: 100, height: 100 },
        history: [],
        question: groundedText([text('which region does the text " a dog " describe?')]),
        regionId: (place) => `r${place}`
      },
      createScriptedInference(streaming('<bin_0> <bin_0> <bin_468> <bin_468>')),
      { progress: () => undefined, isCancelled: () => false }
    )
    const [region] = tree.regions
    return region?.shape.type === 'box' ? region.shape.box[2] : NaN
  }
  expect(await right({})).toBeCloseTo(468 / 999, 6)
  expect(await right({ dialectSettings: { 'patch-size': 480 } })).toBeCloseTo((468 / 999) * (512 / 480), 6)
})
