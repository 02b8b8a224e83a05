/** @file Damages to a file as a whole: its bytes, its ends, its encoding, and content that is another's. */
import type { Damages, FileBytes } from './damage'
import { filesOf } from './example'

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'utf8')
const utf16 = (text: string, isBig: boolean, hasMark: boolean): Uint8Array => {
  const bytes = Buffer.from((hasMark ? '\ufeff' : '') + text, 'utf16le')
  return isBig ? bytes.swap16() : bytes
}

const STEPS = 12

const PNG = Uint8Array.from([
  0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 2, 128, 0, 0, 1, 224
])
const GZIP = Uint8Array.from([
  0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b, 0x4c, 0x4a, 6, 0, 0xc2, 0x41, 0x24, 0x35, 3, 0, 0, 0
])

/** Instead of the file. `[]` and `{}` are files without a record. */
const FOREIGN: readonly (readonly [name: string, content: FileBytes])[] = [
  ['empty', ''],
  ['white space', ' \n\t\r\n '],
  ['a mark alone', '\ufeff'],
  ['null', 'null'],
  ['[]', '[]'],
  ['{}', '{}'],
  ['1', '1'],
  ['"x"', '"x"'],
  ['true', 'true\n'],
  ['[null]', '[null]'],
  ['[[]]', '[[]]'],
  ['[1,2,3]', '[1,2,3]'],
  ['[{}]', '[{}]'],
  ['{"a":1} twice', '{"a":1}\n{"a":1}\n'],
  ['a page of the web', '<!DOCTYPE html>\n<html><head><title>404</title></head><body>Not found</body></html>\n'],
  [
    'an entity bomb',
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;">]><annotation>&c;</annotation>'
  ],
  [
    'an outer entity',
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><annotation>&b;</annotation>'
  ],
  ['empty XML', '<annotation></annotation>'],
  ['XML of others', '<svg xmlns="http://www.w3.org/2000/svg"><rect x="1" y="2"/></svg>'],
  ['a pointer of a large file store', 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n'],
  ['prose', 'All images are in the folder images.\nSee the readme.\n'],
  ['numbers', '1 2 3\n4 5 6\n'],
  ['a table of others', 'time;value\n2020-01-01;3\n'],
  ['a picture', PNG],
  ['gzip', GZIP],
  ['zeros', new Uint8Array(600)],
  ['lists without end', '['.repeat(100_000)],
  ['objects without end', '{"a":'.repeat(20_000)],
  ['lists, closed', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  ['elements without end', '<a>'.repeat(50_000)]
]

/** Letters of two and more bytes, so that an encoding shows. */
const withLetters = (text: string): string => text.replaceAll(/cup/g, 'tàza').replaceAll(/dog/g, 'pérro')

/** Files without a record: valid, so that the command says that nothing was found. */
const HOLDS_NOTHING = new Set(['empty', 'white space', 'a mark alone', '[]', '{}'])
const isList = (name: string): boolean => name === '[]' || name === '{}'

export const fileDamages: Damages = function* (example) {
  const whole = filesOf(example)
  const put = (path: string, content: FileBytes): ReadonlyMap<string, FileBytes> =>
    new Map<string, FileBytes>(whole).set(path, content)
  for (const [path, text] of whole) {
    const say = (name: string): string => `${path}: ${name}`
    const endsInWords = example.endsInWords === true || path.endsWith('.yaml')
    yield { name: say('a mark before it'), files: put(path, `\ufeff${text}`), expectation: 'same' }
    yield { name: say('CRLF'), files: put(path, text.replaceAll('\n', '\r\n')), expectation: 'same' }
    yield { name: say('CR'), files: put(path, text.replaceAll('\n', '\r')), expectation: 'same' }
    yield { name: say('mixed line ends'), files: put(path, text.replace('\n', '\r\n')), expectation: 'same' }
    yield { name: say('blank lines between'), files: put(path, text.replaceAll('\n', '\n\n')), expectation: 'same' }
    yield { name: say('blank lines at its end'), files: put(path, `${text}\n \n\n`), expectation: 'same' }
    yield { name: say('blank lines before it'), files: put(path, `\n\n${text}`), expectation: 'same' }
    yield { name: say('no last line break'), files: put(path, text.trimEnd()), expectation: 'same' }
    for (const isBig of [false, true]) {
      const which = isBig ? 'UTF-16 BE' : 'UTF-16 LE'
      yield { name: say(which), files: put(path, utf16(text, isBig, true)), expectation: 'same' }
      yield { name: say(`${which} without a mark`), files: put(path, utf16(text, isBig, false)), expectation: 'less' }
    }
    const lettered = withLetters(text)
    if (lettered !== text)
      yield { name: say('Latin-1'), files: put(path, Buffer.from(lettered, 'latin1')), expectation: 'named' }
    for (let step = 1; step < STEPS; step++) {
      const end = Math.floor((text.length * step) / STEPS)
      const isBetweenLines = text[end - 1] === '\n' || text[end] === '\n'
      const expectation = endsInWords ? 'other' : isBetweenLines ? 'fewer' : 'less'
      yield { name: say(`cut off after ${step}/${STEPS}`), files: put(path, text.slice(0, end)), expectation }
    }
    for (const missing of [1, 2, 3, 8])
      yield {
        name: say(`the last ${missing} missing`),
        files: put(path, text.trimEnd().slice(0, -missing)),
        expectation: endsInWords ? 'other' : 'less'
      }
    yield { name: say('its head missing'), files: put(path, text.slice(20)), expectation: 'less' }
    yield { name: say('twice'), files: put(path, text + text), expectation: 'less' }
    yield { name: say('words after it'), files: put(path, `${text}garbage\n`), expectation: 'less' }
    yield { name: say('zeros after it'), files: put(path, `${text}${'\u0000'.repeat(512)}`), expectation: 'less' }
    yield {
      name: say('a zero in it'),
      files: put(path, `${text.slice(0, 40)}\u0000${text.slice(40)}`),
      expectation: 'less'
    }
    yield { name: say('a bad byte in it'), files: put(path, badByte(text)), expectation: 'less' }
    yield { name: say('commas before brackets'), files: put(path, text.replace(/([\]}])/, ',$1')), expectation: 'less' }
    yield { name: say('remarks in it'), files: put(path, text.replace(/([[{])/, '$1 /* x */ ')), expectation: 'less' }
    yield { name: say('single quotes'), files: put(path, text.replaceAll('"', "'")), expectation: 'less' }
    for (const [name, content] of FOREIGN) {
      const isNothing = HOLDS_NOTHING.has(name) && (whole.size === 1 || isList(name) || path.endsWith('.txt'))
      const expectation = !isNothing ? 'less' : whole.size === 1 ? 'sized' : 'fewer'
      yield { name: say(`instead, ${name}`), files: put(path, content), expectation }
    }
    if (whole.size > 1) {
      const files = new Map<string, FileBytes>(whole)
      files.delete(path)
      yield { name: say('not there'), files, expectation: example.isFolder === true ? 'fewer' : 'less' }
    }
  }
}

function badByte(text: string): Uint8Array {
  const bytes = Uint8Array.from(bytesOf(text))
  bytes[bytes.length >> 1] = 0xff
  return bytes
}
