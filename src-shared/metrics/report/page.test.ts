import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { describe, expect, test } from 'vitest'
import { reportPage } from './page'
import { boxOutline, words } from './report'
import type { EvaluationReport, Failure } from './report'
import { REPORT_STYLE } from './style'

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onload='alert(1)",
  '</style><script src="https://evil.example/x.js"></script>',
  '</title></svg><iframe src=//evil.example>',
  '&lt;b&gt; &#60;script&#62; &amp;',
  'javascript:alert(1)',
  ']]><!--',
  '\u202egnp.exe\u0000\ud800\u2028'
]

/** Every text that comes from outside stands in every place where one can. */
function reportOf(text: string): EvaluationReport {
  const both = words(text, text)
  const failure: Failure = {
    ...{ id: text, image: 'a.jpg', asked: text, reason: both, truth: text, said: text, score: 0 },
    outlines: [boxOutline('truth', [1, 2, 30, 40], text), boxOutline('said', [NaN, 0, Infinity, 1], text)]
  }
  return {
    ...{ task: text, about: both, protocol: text, samples: 3, version: text, failed: 9 },
    groups: { all: { samples: 3, accuracy: 1 / 3, [text]: text, list: [text], map: { [text]: 0.5 } }, [text]: {} },
    notMeasured: [{ measure: text, reason: both }],
    files: [{ role: both, name: text, sha256: text }],
    charts: [
      { kind: 'histogram', title: both, axis: both, from: 0, to: 1, counts: [0, 3], threshold: 0.5 },
      { kind: 'curves', title: both, x: both, y: both, lines: [{ name: both, points: [[0, 1]] }] },
      {
        kind: 'bars',
        title: both,
        series: [both, both],
        rows: [{ name: text, values: [0.5, null], count: 2 }],
        more: 1
      },
      { kind: 'matrix', title: both, row: both, column: both, rows: [text], columns: [text], cells: [[3]] }
    ],
    failures: [failure, { ...failure, image: `elsewhere/${text}` }],
    pictures: new Map([['a.jpg', { mime: 'image/webp', base64: 'UklGRg==', width: 100, height: 50 }]]),
    missingPictures: [{ reason: both, count: 1 }]
  }
}

interface Seen {
  readonly elements: ReadonlySet<string>
  readonly attributes: readonly (readonly [name: string, value: string])[]
  readonly text: string
}

/** The page is well-formed XML too, so that a strict parser says what of a text became markup. */
function parsed(html: string): Seen {
  const parser = new SaxesParser()
  const elements = new Set<string>()
  const attributes: [string, string][] = []
  let text = ''
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes: found }) => {
    elements.add(name)
    attributes.push(...Object.entries(found).map(([key, value]): [string, string] => [key, String(value)]))
  })
  parser.on('text', (part) => (text += part))
  parser.on('comment', () => expect.unreachable('a comment'))
  parser.write(html).close()
  return { elements, attributes, text }
}

const options = { styleHash: 'hash', language: 'en' } as const
const plain = parsed(reportPage(reportOf('plain'), options))

function expectNothingFromOutside(html: string): void {
  const { elements, attributes, text } = parsed(html)
  const known = new Set(plain.attributes.map(([name]) => name))
  expect([...elements].filter((name) => !plain.elements.has(name))).toEqual([])
  expect(attributes.filter(([name]) => !known.has(name))).toEqual([])
  for (const [name, value] of attributes) {
    expect(name).not.toMatch(/^on|^style$|^src/i)
    if (name === 'href') expect(value).toMatch(/^#picture-\d+$|^data:image\/webp;base64,[A-Za-z0-9+/=]+$/)
  }
  expect(text).toContain(REPORT_STYLE)
}

test('a page has no script, no address and nothing that loads', () => {
  const html = reportPage(reportOf('plain'), options)
  expectNothingFromOutside(html)
  expect(plain.elements.has('script')).toBe(false)
  expect(html).not.toMatch(/https?:|\/\/[a-z]|@import|url\(|<link|javascript/i)
  expect(html).toContain(`content="default-src 'none'; img-src data:; style-src 'sha256-hash'`)
  expect(REPORT_STYLE).not.toMatch(/[<&]|url\(|@import/)
})

describe('texts of others are shown, and nothing of them is markup', () => {
  test.each(HOSTILE)('%j', (text) => {
    const html = reportPage(reportOf(text), options)
    expectNothingFromOutside(html)
    expect(html).not.toContain('<script')
  })

  test('for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) =>
        expectNothingFromOutside(reportPage(reportOf(text), options))
      ),
      { numRuns: 60 }
    )
  })

  test('every letter of an ordinary text is there', () => {
    const text = 'the dog’s “ball” <left> & 50% 左边的球 🐕'
    expect(parsed(reportPage(reportOf(text), options)).text).toContain(text)
  })
})

test('the same report gives the same bytes, in the language that was asked for', () => {
  const report = reportOf('plain')
  expect(reportPage(report, options)).toBe(reportPage(report, options))
  const chosen = (language: 'en' | 'zh-CN'): string =>
    /id="(\w+)" checked=""/.exec(reportPage(report, { ...options, language }))?.[1] ?? ''
  expect([chosen('en'), chosen('zh-CN')]).toEqual(['en', 'zh'])
})

test('a report without failures and charts says so', () => {
  const html = reportPage({ ...reportOf('x'), failed: 0, failures: [], charts: [], pictures: new Map() }, options)
  expect(parsed(html).text).toContain('No failures')
})

test('shares carry Wilson’s interval', () => {
  const { text } = parsed(reportPage(reportOf('x'), options))
  expect(text).toContain('33.33%')
  // Of 1 of 3: 6.1 % to 79.2 %.
  expect(text).toContain('95 % interval 6.1 – 79.2 %')
})

test('a measure that was not taken has one row, with the reason', () => {
  const groups = { all: { samples: 1, bleu4: 0.5, meteor: null } }
  const notMeasured = [{ measure: 'meteor', reason: words('no Java', '没有 Java') }]
  const { text } = parsed(reportPage({ ...reportOf('x'), groups, notMeasured, charts: [], failures: [] }, options))
  // Once as a large figure and once in the table.
  expect(text.match(/METEOR/g)).toHaveLength(2)
  expect(text).toContain('not measured: no Java')
})

test('a long table of measures comes after the charts, a short one before', () => {
  const place = (count: number): boolean => {
    const all = Object.fromEntries(Array.from({ length: count }, (_, i) => [`measure ${i}`, i]))
    const html = reportPage({ ...reportOf('x'), groups: { all } }, options)
    return html.indexOf('<table') < html.indexOf('class="charts"')
  }
  expect([place(16), place(17)]).toEqual([true, false])
})
