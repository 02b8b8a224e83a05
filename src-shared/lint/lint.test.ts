/** @file Every rule finds what it is for, and leaves alone what only looks like it. */
import { describe, expect, test } from 'vitest'
import type { ImageDocument } from '../document/records'
import { normalizedPoint } from '../geometry/space'
import { mention, phrase, raw, text } from '../grounded/build'
import type { LintFinding } from './finding'
import { LINT_RULES, createLinter } from './lint'
import { LABELS, box, documentOf, region } from './testing'

const A = box(0.05, 0.1, 0.25, 0.4)
const B = box(0.6, 0.5, 0.95, 0.95)
const C = box(0.3, 0.1, 0.5, 0.4)
const dogs = [region('r1', 'dog', A), region('r2', 'dog', B)]
const point = { type: 'point', point: normalizedPoint(0.1, 0.2) } as const
/** What a model made of the first one: not another dog, though it lies a little elsewhere. */
const maskOfFirst = region('mask', 'dog', box(0.06, 0.15, 0.2, 0.38), {
  provenance: { origin: 'model', shownRegions: ['r1'] }
})
const gou = [region('r1', '狗', A), region('r2', '狗', B)]
const polygon = (...points: readonly (readonly [number, number])[]) =>
  ({ type: 'polygon', points: points.map(([x, y]) => normalizedPoint(x, y)) }) as const

/** An answer nobody asked for. */
const said = (regions: Parameters<typeof documentOf>[0], ...nodes: Parameters<typeof documentOf>[1] & object) =>
  documentOf(regions, nodes, { firstRole: 'assistant' })

const lint = (document: ImageDocument): readonly LintFinding[] => createLinter(LABELS).document(document)

type Row = readonly [rule: string, finds: readonly ImageDocument[], leaves: readonly ImageDocument[]]
const ROWS: readonly Row[] = [
  [
    'region-outside-image',
    [
      documentOf([region('r1', 'dog', box(-0.1, 0, 0.5, 0.5))]),
      documentOf([region('r1', 'dog', box(1.2, 0, 1.5, 0.5))])
    ],
    [documentOf([region('r1', 'dog', box(-0.0001, 0, 1.0001, 1))]), documentOf(dogs)]
  ],
  ['region-reversed-corners', [documentOf([region('r1', 'dog', box(0.5, 0.1, 0.2, 0.4))])], [documentOf(dogs)]],
  [
    'region-without-area',
    [
      documentOf([region('r1', 'dog', box(0.5, 0.1, 0.5, 0.4))]),
      documentOf([region('r1', 'dog', polygon([0.1, 0.1], [0.2, 0.1], [0.3, 0.1]))])
    ],
    [documentOf(dogs), documentOf([region('r1', 'dog', { type: 'point', point: normalizedPoint(0.5, 0.5) })])]
  ],
  [
    'region-tiny',
    [documentOf([region('r1', 'dog', box(0.5, 0.1, 0.501, 0.4))])],
    [documentOf([region('r1', 'dog', box(0.5, 0.1, 0.504, 0.4))])]
  ],
  [
    'region-whole-image',
    [documentOf([region('r1', 'dog', box(0, 0, 1, 1))])],
    [documentOf([region('r1', 'dog', box(0, 0, 1, 0.9))])]
  ],
  [
    'region-duplicate',
    [documentOf([region('r1', 'dog', A), region('r2', 'dog', box(0.05, 0.1, 0.251, 0.401))])],
    [documentOf(dogs), documentOf([region('r1', 'dog', A), region('r2', 'dog', A, { state: 'rejected' })])]
  ],
  [
    'region-two-outlines',
    [
      documentOf([...dogs, maskOfFirst]),
      documentOf([region('p', 'dog', point), { ...maskOfFirst, provenance: { origin: 'model', shownRegions: ['p'] } }])
    ],
    [
      documentOf([...dogs, { ...maskOfFirst, state: 'proposed' }]),
      documentOf([region('r2', 'dog', B), maskOfFirst]),
      documentOf([region('r1', 'dog', A, { state: 'rejected' }), maskOfFirst]),
      documentOf([region('p', null, point), { ...maskOfFirst, provenance: { origin: 'model', shownRegions: ['p'] } }])
    ]
  ],
  [
    'region-label-conflict',
    [documentOf([region('r1', 'dog', A), region('r2', 'cat', A)])],
    [
      documentOf([region('r1', 'dog', A), region('r2', null, A)]),
      documentOf([region('r1', 'dog', A), region('r2', 'dog', A)])
    ]
  ],
  [
    'polygon-crosses-itself',
    [documentOf([region('r1', 'dog', polygon([0.1, 0.1], [0.4, 0.4], [0.4, 0.1], [0.1, 0.4]))])],
    [documentOf([region('r1', 'dog', polygon([0.1, 0.1], [0.4, 0.1], [0.4, 0.4], [0.1, 0.4]))])]
  ],
  [
    'region-without-name',
    [documentOf([region('r1', null, A)])],
    [
      documentOf([region('r1', null, A, { phrase: 'a dog' })]),
      documentOf([region('r1', null, A)], [[text('What is '), mention('r1'), text('?')], 'A dog.'])
    ]
  ],
  [
    'proposal-in-done-image',
    [documentOf([region('r1', 'dog', A, { state: 'proposed' })], [], { done: true })],
    [documentOf([region('r1', 'dog', A, { state: 'proposed' })]), documentOf(dogs, [], { done: true })]
  ],
  [
    'done-without-content',
    [documentOf([], [], { done: true })],
    [documentOf([]), documentOf(dogs, [], { done: true })]
  ],
  ['link-to-nothing', [said([], [phrase('the dog', ['gone'])])], [said(dogs, [phrase('the dog', ['r1'])])]],
  [
    'relation-to-nothing',
    [
      documentOf(dogs, [], { relations: [['r1', 'chases', 'r9']] }),
      documentOf([region('r1', 'dog', A, { state: 'rejected' })], [], { relations: [['r1', 'is', 'r1']] })
    ],
    [documentOf(dogs, [], { relations: [['r1', 'chases', 'r2']] })]
  ],
  [
    'link-to-rejected',
    [said([region('r1', 'dog', A, { state: 'rejected' })], [phrase('the dog', ['r1'])])],
    [said(dogs, [phrase('the dog', ['r1'])])]
  ],
  ['link-without-words', [said(dogs, [phrase('', ['r1'])])], [said(dogs, [mention('r1')])]],
  [
    'phrase-without-region',
    [said(dogs, [phrase('the bird', [])])],
    [
      said([], [text('There is '), phrase('no bird', [])]),
      said([], [phrase('没有鸟', [])]),
      documentOf([], [[phrase('the bird', [])]])
    ]
  ],
  [
    'noun-without-link',
    [
      said([region('r1', 'dog', A)], 'A dog runs.'),
      said(dogs, 'Two dogs run.'),
      said([region('r1', '狗', A)], '一只狗在跑。')
    ],
    [
      said([region('r1', 'dog', A)], [phrase('A dog', ['r1']), text(' runs, as every dog does.')]),
      said([region('r1', 'dog', A)], 'A hotdog stand, no dog.'),
      documentOf([region('r1', 'dog', A)], ['Where is the dog?']),
      documentOf([region('r1', 'dog', A)], [[text('What is '), mention('r1'), text('?')], 'A dog.'])
    ]
  ],
  [
    'region-never-mentioned',
    [said(dogs, [phrase('a dog', ['r1'])])],
    [documentOf(dogs), said(dogs, [phrase('two dogs', ['r1', 'r2'])])]
  ],
  [
    'phrase-label-mismatch',
    [said([region('r1', 'cat', A), region('r2', 'dog', B)], [phrase('the dog on the left', ['r1'])])],
    [
      said([region('r1', 'cat', A), region('r2', 'dog', B)], [phrase('the small cat', ['r1'])]),
      said([region('r1', 'red car', A)], [phrase('two red cars', ['r1'])])
    ]
  ],
  [
    'expression-ambiguous',
    [said(dogs, [phrase('the dog', ['r1'])]), said(gou, [phrase('狗', ['r1'])])],
    [
      said(dogs, [phrase('the left dog', ['r1'])]),
      said([region('r1', 'dog', A)], [phrase('the dog', ['r1'])]),
      said(dogs, [phrase('the dogs', ['r1', 'r2'])])
    ]
  ],
  [
    'count-contradicts-links',
    [
      said(dogs, [phrase('three dogs', ['r1', 'r2'])]),
      said(gou, [phrase('三只狗', ['r1', 'r2'])]),
      said(dogs, [phrase('a pair of dogs', ['r1'])])
    ],
    [
      said(dogs, [phrase('two dogs', ['r1', 'r2'])]),
      said(gou, [phrase('两只狗', ['r1', 'r2'])]),
      said(dogs, [phrase('one of the dogs', ['r1'])]),
      said(dogs, [phrase('a pair of glasses', ['r1'])]),
      said(dogs, [phrase('two-story house', ['r1'])])
    ]
  ],
  [
    'count-contradicts-regions',
    [
      said(dogs, 'There are three dogs.'),
      said(gou, '图中有三只狗。'),
      said([...dogs, maskOfFirst], 'There are three dogs.')
    ],
    [
      said(dogs, 'There are two dogs.'),
      said(gou, '图中有两只狗。'),
      said(dogs, 'There are three birds.'),
      said([...dogs, maskOfFirst], 'There are two dogs.')
    ]
  ],
  [
    'side-contradicts-geometry',
    [
      said(dogs, [phrase('the left dog', ['r2'])]),
      said(dogs, [phrase('the rightmost dog', ['r1'])]),
      said(gou, [phrase('左边的狗', ['r2'])]),
      said([region('r1', 'cat', A)], [phrase('the cat on the right', ['r1'])])
    ],
    [
      said(dogs, [phrase('the left dog', ['r1'])]),
      said([...dogs, maskOfFirst], [phrase('the left dog', ['mask'])]),
      said(dogs, [phrase('the top dog', ['r1'])]),
      said(dogs, [phrase('the rightmost brown dog', ['r1'])]),
      said(gou, [phrase('左边的棕色的狗', ['r2'])]),
      said([region('r1', 'cat', B)], [phrase('the left hand', ['r1'])]),
      said(gou, [phrase('右边的狗', ['r2'])])
    ]
  ],
  [
    'size-contradicts-geometry',
    [said(dogs, [phrase('the largest dog', ['r1'])]), said(gou, [phrase('最小的狗', ['r2'])])],
    [
      said(dogs, [phrase('the largest dog', ['r2'])]),
      said(dogs, [phrase('the largest dog on the grass', ['r1'])]),
      said([region('r1', 'dog', A), region('r2', 'dog', C)], [phrase('the biggest dog', ['r1'])])
    ]
  ],
  [
    'relation-contradicts-geometry',
    [
      documentOf(dogs, [], { relations: [['r2', 'left of', 'r1']] }),
      said(
        [region('r1', 'dog', A), region('r2', 'cat', B)],
        [phrase('the cat', ['r2']), text(' is to the left of '), phrase('the dog', ['r1'])]
      ),
      said(
        [region('r1', '狗', A), region('r2', '猫', B)],
        [phrase('猫', ['r2']), text('在'), phrase('狗', ['r1']), text('的左边。')]
      )
    ],
    [
      said(
        [region('r1', 'dog', A), region('r2', 'cat', B)],
        [phrase('the dog', ['r1']), text(' is to the left of '), phrase('the cat', ['r2'])]
      ),
      said(
        [region('r1', '狗', A), region('r2', '猫', B)],
        [phrase('狗', ['r1']), text('在'), phrase('猫', ['r2']), text('的左边。')]
      ),
      said(
        [region('r1', 'dog', A), region('r2', 'cat', B)],
        [phrase('the cat', ['r2']), text(' has left '), phrase('the dog', ['r1'])]
      )
    ]
  ],
  [
    'existence-contradicts-regions',
    [
      documentOf(dogs, ['Is there a dog?', 'No.']),
      documentOf(gou, ['图中有狗吗？', '没有。']),
      said(dogs, [phrase('no dog', [])])
    ],
    [
      documentOf(dogs, ['Is there a dog?', 'Yes.']),
      documentOf(dogs, ['Is there a green dog?', 'No.']),
      documentOf(dogs, ['Is there a bird?', 'No.']),
      said(dogs, [phrase('no bird', [])])
    ]
  ],
  [
    'text-not-understood',
    [said([], [raw('[0.1,', 'dialect/truncated')])],
    [said([], [text('ok'), raw('</s>', 'dialect/stop-token')])]
  ],
  ['coordinates-in-words', [said([], 'It is at [0.1,0.2,0.3,0.4].')], [said([], 'Version (1.2, 3) of 4.')]],
  [
    'placeholder-in-words',
    [documentOf([], ['<image>\nWhat is it?']), said([], 'the [region0] dog')],
    [said([], 'a < b and b > c')]
  ],
  [
    'text-damaged',
    [said([], 'caf\uFFFD'), said([], 'salt &amp; pepper'), said([], 'it isnâ€™t')],
    [said([], 'café & naïve “ok”')]
  ],
  [
    'languages-mixed',
    [documentOf([], ['图中有什么动物？', 'There is a small dog.'])],
    [
      documentOf([], ['图中有什么动物？', '一只 golden retriever 在草地上奔跑。']),
      documentOf([], ['图中是什么？', 'ok'])
    ]
  ],
  ['flip-unsafe', [said([], 'It turns left.'), said([], '在右边')], [said([], 'A dog.')]],
  ['turn-empty', [documentOf([], ['What is it?', '  '])], [said(dogs, [mention('r1')])]],
  ['question-unanswered', [documentOf([], ['What is it?'])], [documentOf([], ['What is it?', 'A dog.'])]],
  [
    'answer-cut-off',
    [said([], 'There is a dog and'), documentOf([], ['What?', 'A dog'], { turn: { status: 'partial' } })],
    [said([], 'A dog'), said(dogs, [text('It is the '), mention('r1')])]
  ],
  [
    'answers-contradict',
    [documentOf([], ['What is it?', 'A dog.', 'what is it? ', 'A cat.'])],
    [
      documentOf([], ['What is it?', 'A dog.', 'What is it?', 'A dog.']),
      documentOf(dogs, [[text('What is '), mention('r1')], 'A dog.', [text('What is '), mention('r2')], 'A cat.'])
    ]
  ]
]

const ofRule = (rule: string, document: ImageDocument): readonly LintFinding[] =>
  lint(document).filter((finding) => finding.rule === rule)

describe.each(ROWS)('%s', (rule, finds, leaves) => {
  test.each(finds.map((document, i) => [i, document] as const))('finds case %i', (_, document) => {
    const found = ofRule(rule, document)
    expect(found).not.toEqual([])
    expect(found.every(({ imageId, file, message }) => imageId === 'i1' && file === 'a.jpg' && message !== '')).toBe(
      true
    )
  })
  test.each(leaves.map((document, i) => [i, document] as const))('leaves case %i alone', (_, document) => {
    expect(ofRule(rule, document)).toEqual([])
  })
})

test('every rule of one image has a row here, and at least 25 rules are there', () => {
  const project = ['label-variants', 'label-unused', 'image-duplicate', 'image-near-duplicate', 'split-leakage']
  expect([...ROWS.map(([rule]) => rule), ...project].toSorted()).toEqual(LINT_RULES.map(({ id }) => id).toSorted())
  expect(LINT_RULES.length).toBeGreaterThanOrEqual(25)
})

describe('suggested changes', () => {
  const fixOf = (rule: string, document: ImageDocument) => ofRule(rule, document)[0]?.fix

  test('a region is brought back inside, or deleted when nothing of it is there', () => {
    expect(fixOf('region-outside-image', documentOf([region('r1', 'dog', box(-0.1, 0, 0.5, 0.5))]))).toEqual({
      kind: 'replace-shape',
      regionId: 'r1',
      shape: box(0, 0, 0.5, 0.5)
    })
    expect(fixOf('region-outside-image', documentOf([region('r1', 'dog', box(1.2, 0, 1.5, 0.5))]))).toEqual({
      kind: 'delete-region',
      regionId: 'r1'
    })
  })

  test('the words to link are those that name it', () => {
    const document = said([region('r1', 'dog', A)], 'Some dogs run.')
    expect(fixOf('noun-without-link', document)).toEqual({
      kind: 'link',
      turnId: 't0',
      path: [0],
      start: 5,
      end: 9,
      regionIds: ['r1']
    })
  })

  test('of two equal regions the later one goes', () => {
    const early = region('r2', 'dog', A)
    const late = region('r1', 'dog', A, { createdAtMs: 2 })
    expect(fixOf('region-duplicate', documentOf([late, early]))).toEqual({ kind: 'delete-region', regionId: 'r1' })
  })
})

describe('the project', () => {
  const imageOf = (id: string, hash: string | null): ImageDocument => {
    const document = documentOf([])
    return { ...document, image: { ...document.image, id, relativePath: `${id}.jpg`, contentHash: hash } }
  }
  const rulesOf = (findings: readonly LintFinding[]) => findings.map(({ rule }) => rule)

  test('labels that differ in spelling only, and labels nobody uses', () => {
    const names = ['Traffic Light', 'traffic-lights', 'dog']
    const labels = names.map((name, order) => ({ id: name, name, colour: '#000000', order }))
    const linter = createLinter(labels)
    linter.document(
      documentOf([region('r1', null, A, { labelId: 'Traffic Light' }), region('r2', null, B, { labelId: 'dog' })])
    )
    expect(linter.finish().map(({ rule, labelId, fix }) => [rule, labelId, fix?.kind ?? null])).toEqual([
      ['label-variants', 'traffic-lights', 'merge-label'],
      ['label-unused', 'traffic-lights', null]
    ])
  })

  test('the same file twice', () => {
    const linter = createLinter([])
    for (const document of [imageOf('a', 'h1'), imageOf('b', 'h2'), imageOf('c', 'h1')]) linter.document(document)
    expect(linter.finish().map(({ rule, file }) => [rule, file])).toEqual([['image-duplicate', 'c.jpg']])
  })

  test('images that look alike, but not the same file twice', () => {
    const linter = createLinter([], { clusterOf: (id) => (id === 'd' ? null : 'one') })
    for (const document of [imageOf('a', 'h1'), imageOf('b', 'h1'), imageOf('c', null), imageOf('d', null)])
      linter.document(document)
    expect(linter.finish().map(({ rule, file }) => [rule, file])).toEqual([
      ['image-duplicate', 'b.jpg'],
      ['image-near-duplicate', 'c.jpg']
    ])
  })

  test('images that look alike in two splits leak, within one they do not', () => {
    const splits: Readonly<Record<string, string>> = { a: 'train', b: 'train', c: 'val' }
    const leaks = (clusterOf: (id: string) => string | null) => {
      const linter = createLinter([], { splitOf: (id) => splits[id] ?? null, clusterOf })
      for (const id of ['a', 'b', 'c']) linter.document(imageOf(id, null))
      return rulesOf(linter.finish())
    }
    expect(leaks(() => 'one')).toEqual(['image-near-duplicate', 'image-near-duplicate', 'split-leakage'])
    expect(leaks((id) => (id === 'c' ? 'two' : 'one'))).toEqual(['image-near-duplicate'])
  })

  test('rules can be switched off', () => {
    const document = documentOf([region('r1', 'dog', box(0.5, 0.1, 0.5, 0.4))])
    const linter = createLinter(LABELS, { without: ['region-without-area', 'label-unused'] })
    expect(rulesOf(linter.document(document))).not.toContain('region-without-area')
    expect(linter.finish()).toEqual([])
  })
})

test('a rule suggests the changes that it lists, and no others', () => {
  const suggested = new Map<string, Set<string>>()
  for (const { rule, fix } of ROWS.flatMap(([, finds]) => finds.flatMap(lint)))
    if (fix !== null) suggested.set(rule, (suggested.get(rule) ?? new Set()).add(fix.kind))
  const listed = LINT_RULES.filter(({ id, fixes }) => fixes.length > 0 && id !== 'label-variants')
  expect(new Map(listed.map(({ id, fixes }) => [id, new Set<string>(fixes)]))).toEqual(suggested)
})
