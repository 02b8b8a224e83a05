import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../errors'
import { memorySource } from '../reading/memory-source'
import {
  childOf,
  childText,
  childrenOf,
  numberOf,
  parseXml,
  rootNameOf,
  withoutForbidden,
  xmlChildren,
  xmlText
} from './xml'
import type { XmlElement } from './xml'

const codeOf = (text: string): string => {
  try {
    parseXml('a.xml', text)
    return 'read'
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return `${error.code} ${String(error.data['line'])}:${String(error.data['column'])}`
  }
}

describe('reading', () => {
  test('elements, attributes, text and lines', () => {
    const root = parseXml(
      'a.xml',
      '<?xml version="1.0"?>\n<!-- x -->\n<a n="1">\n  <b>x &amp; y</b><b/>\n  <c q=\'"\'><![CDATA[<d>]]>&#x732b;</c>\n</a>\n'
    )
    expect([root.name, [...root.attributes], root.line]).toEqual(['a', [['n', '1']], 3])
    expect(childrenOf(root, 'b').map(({ text, line }) => [text, line])).toEqual([
      ['x & y', 4],
      ['', 4]
    ])
    expect([childText(root, 'c'), childOf(root, 'c')?.attributes.get('q'), childText(root, 'd')]).toEqual([
      '<d>猫',
      '"',
      null
    ])
  })

  test('`__proto__` and `constructor` are names like others', () => {
    const root = parseXml('a.xml', '<a><__proto__ constructor="1" __proto__="2">x</__proto__></a>')
    const [child] = root.children
    expect([child?.name, [...(child?.attributes ?? [])], child?.text]).toEqual([
      '__proto__',
      [
        ['constructor', '1'],
        ['__proto__', '2']
      ],
      'x'
    ])
  })

  test.each([
    ['', 'import/xml 1:1'],
    ['no xml', 'import/xml 1:7'],
    ['<a><b></a>', 'import/xml 1:10'],
    ['<a>\n<b>', 'import/xml 2:3'],
    ['<a/><b/>', 'import/xml 1:7'],
    ['<a x=1/>', 'import/xml 1:6'],
    ['<a x="1" x="2"/>', 'import/xml 1:16'],
    ['<a>\n  <b>&name;</b></a>', 'import/xml 2:11'],
    ['<a>&nbsp;</a>', 'import/xml 1:9'],
    ['<a>\u0001</a>', 'import/xml 1:4'],
    ['<a>&#0;</a>', 'import/xml 1:7'],
    ['<a>& b</a>', 'import/xml 1:10'],
    ['<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 'import/xml 1:60'],
    ['<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><a>&z;</a>', 'import/xml 1:56'],
    ['<!DOCTYPE a SYSTEM "http://a.example/a.dtd"><a/>', 'read'],
    [`${'<a>'.repeat(200)}${'</a>'.repeat(200)}`, 'import/xml 1:1']
  ])('%j: %s', (text, expected) => {
    expect(codeOf(text)).toBe(expected)
  })

  test('children of the root come in batches, the same as from the whole', async () => {
    const children = Array.from(
      { length: 2000 },
      (_, i) => `  <image id="${i}">\r\n    <box label="猫"/>\r\n  </image>`
    )
    const text = `<annotations v="1.1">\r\n${children.join('\r\n')}\r\n</annotations>`
    const source = memorySource({ files: new Map([['a.xml', text]]) })
    const found: XmlElement[] = []
    let batches = 0
    for await (const { root, children: some } of xmlChildren(source, 'a.xml')) {
      expect([root.name, root.attributes.get('v')]).toEqual(['annotations', '1.1'])
      found.push(...some)
      batches++
    }
    expect(batches).toBeGreaterThan(1)
    expect(found).toEqual(parseXml('a.xml', text).children)
  })

  test('the encoding that a document declares is used, another is refused', async () => {
    const bytes = (text: string): Uint8Array => Uint8Array.from([...text].map((letter) => letter.charCodeAt(0)))
    const latin = bytes('<?xml version="1.0" encoding="ISO-8859-1"?>\n<a><b>\xe9t\xe9</b></a>')
    const source = memorySource({
      files: new Map([
        ['a.xml', latin],
        ['b.xml', bytes('<a><b>\xe9</b></a>')]
      ])
    })
    expect(childText(parseXml('a.xml', await source.text('a.xml')), 'b')).toBe('été')
    await expect(source.text('b.xml')).rejects.toMatchObject({ code: 'import/encoding' })
  })

  test('any text ends in a tree or in an error of import', () => {
    const piece = fc.constantFrom(
      '<a>',
      '</a>',
      '<b x="1"',
      '/>',
      '>',
      '<',
      '&',
      ';',
      '&lt;',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      '?>',
      'x',
      '\n',
      '\0',
      '<!DOCTYPE a [',
      ']>',
      '猫'
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        expect(codeOf(pieces.join(''))).toMatch(/^(read|import\/xml \d+:\d+)$/)
      }),
      { numRuns: 5000 }
    )
  })
})

describe('numbers', () => {
  test.each([
    ['12', 12],
    [' -1.50 ', -1.5],
    ['1e2', 100],
    ['.5', 0.5],
    ['3.', 3],
    ['', null],
    [' ', null],
    ['1,5', null],
    ['12px', null],
    ['0x10', null],
    ['NaN', null],
    ['Infinity', null],
    ['1e999', null],
    [null, null],
    [undefined, null]
  ])('%j is %j', (text, value) => {
    expect(numberOf(text)).toBe(value)
  })
})

test('the root is named from the beginning of a file', () => {
  const heads = [
    '<?xml version="1.0" encoding="utf-8"?>\n<!-- <b> -->\n<annotation verified="yes">',
    '<!DOCTYPE a [<!ELEMENT a (b)>]>\n<a/>',
    '  <annotations>',
    '{"a":1}',
    ''
  ]
  expect(heads.map(rootNameOf)).toEqual(['annotation', 'a', 'annotations', null, null])
})

test('any text comes back as it was written, but for letters that XML forbids', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const held = withoutForbidden(text)
      const written = xmlText(held)
      const root = parseXml('a.xml', `<a><b v="${written}" w='${written}'>${written}</b></a>`)
      expect([root.children[0]?.text, ...(root.children[0]?.attributes.values() ?? [])]).toEqual([held, held, held])
    }),
    { numRuns: 2000 }
  )
})
