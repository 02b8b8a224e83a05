/** @file Damages to the tree of a JSON file or line, and to the elements and attributes of an XML file. */
import type { Damages, Expectation } from './damage'
import { filesOf } from './example'
import type { Example } from './example'

type Tree = Record<string | number, unknown>
type Place = readonly (string | number)[]

function placesIn(tree: unknown, path: Place = []): readonly Place[] {
  if (typeof tree !== 'object' || tree === null) return []
  const keys = Array.isArray(tree) ? tree.map((_, i) => i) : Object.keys(tree)
  return keys.flatMap((key) => [[...path, key], ...placesIn((tree as Tree)[key], [...path, key])])
}

const kindOfPlace = (place: Place): string => place.map((step) => (typeof step === 'number' ? '*' : step)).join('.')

/** Applied to what holds the value. */
type Change = (holder: Tree, key: string | number) => void

const put =
  (value: unknown): Change =>
  (holder, key) =>
    void Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true })

const remove: Change = (holder, key) => {
  if (Array.isArray(holder)) holder.splice(Number(key), 1)
  else delete holder[key]
}

function renamed(to: string): Change {
  return (holder, key) => {
    if (Array.isArray(holder)) return
    const value = holder[key]
    delete holder[key]
    put(value)(holder, to)
  }
}

function nested(levels: number): unknown {
  let value: unknown = []
  for (let level = 0; level < levels; level++) value = [value]
  return value
}

/** What a change means for the value it is made to. */
function expectationOf(
  name: string,
  expectation: Expectation,
  kind: string,
  value: unknown,
  example: Example
): Expectation {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value)
  const isListOfRecords = Array.isArray(value) && value.some((each) => typeof each === 'object' && each !== null)
  if (typeof value === 'string' && (name === '"x"' || name === 'as text')) return 'other'
  if (name === 'twice' && !isRecord) return 'other'
  if (name === 'not there' && kind.endsWith('*') && (isRecord || example.optional?.includes(kind) === true))
    return 'fewer'
  if (name === 'a list' && isListOfRecords) return 'fewer'
  const isOptional = example.optional?.includes(kind) === true
  if (isOptional && ['"x"', 'as text', 'twice'].includes(name)) return 'other'
  const isLeftOut = ['not there', 'null', 'a list', 'an object', 'named __proto__'].includes(name)
  return isLeftOut && isOptional ? 'fewer' : expectation
}

const CHANGES: readonly (readonly [name: string, expectation: Expectation, change: Change])[] = [
  ['not there', 'less', remove],
  ['null', 'less', put(null)],
  ['true', 'less', put(true)],
  ['"x"', 'less', put('x')],
  ['a list', 'less', put([])],
  ['an object', 'less', put({})],
  ['lists of lists', 'less', put([[null], [[]]])],
  ['very deep', 'less', put(nested(300))],
  ['named __proto__', 'less', renamed('__proto__')],
  [
    'twice',
    'less',
    (holder, key) => void (Array.isArray(holder) && holder.splice(Number(key), 0, holder[Number(key)]))
  ],
  ['in a list', 'less', (holder, key) => put([holder[key]])(holder, key)],
  ['as text', 'less', (holder, key) => put(JSON.stringify(holder[key]))(holder, key)],
  [
    'with unknown keys beside it',
    'same',
    (holder) => void (Array.isArray(holder) || put({ a: 1 })(holder, 'x_unknown'))
  ]
]

/** `[text]` of one value, or a value for each line. null: this is no JSON. */
function treesOf(text: string): { readonly trees: readonly unknown[]; readonly isLines: boolean } | null {
  try {
    return { trees: [JSON.parse(text) as unknown], isLines: false }
  } catch {
    // Perhaps one for each line.
  }
  try {
    const trees = text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as unknown)
    return { trees, isLines: true }
  } catch {
    return null
  }
}

export const treeDamages: Damages = function* (example) {
  const whole = filesOf(example)
  for (const [path, text] of whole) {
    const read = treesOf(text)
    if (read === null) continue
    const seen = new Set<string>()
    for (const place of placesIn(read.trees)) {
      if (place.length < 2 && !read.isLines) continue
      const kind = kindOfPlace(place.slice(1))
      if (seen.has(kind)) continue
      seen.add(kind)
      for (const [name, expectation, change] of CHANGES) {
        const trees = structuredClone(read.trees) as unknown as Tree
        let holder: Tree = trees
        for (const step of place.slice(0, -1)) holder = holder[step] as Tree
        const value = holder[place.at(-1) ?? 0]
        change(holder, place.at(-1) ?? 0)
        const after = (trees as unknown as readonly unknown[]).map((tree) => `${JSON.stringify(tree)}\n`).join('')
        if (after === read.trees.map((tree) => `${JSON.stringify(tree)}\n`).join('')) continue
        yield {
          name: `${path}: ${kind || 'a record'} ${name}`,
          files: new Map(whole).set(path, after),
          expectation: expectationOf(name, expectation, kind || '*', value, example)
        }
      }
      const key = place.at(-1)
      if (typeof key === 'string') {
        const name = `${path}: ${kind} named twice, first as null`
        yield {
          name,
          files: new Map(whole).set(path, text.replace(`"${key}":`, `"${key}":null,"${key}":`)),
          expectation: 'less'
        }
      }
    }
    if (read.isLines) {
      const list = `[${read.trees.map((tree) => JSON.stringify(tree)).join(',\n')}]\n`
      yield { name: `${path}: a list for lines`, files: new Map(whole).set(path, list), expectation: 'same' }
    } else if (Array.isArray(read.trees[0])) {
      const lines = read.trees[0].map((tree) => `${JSON.stringify(tree)}\n`).join('')
      yield { name: `${path}: lines for a list`, files: new Map(whole).set(path, lines), expectation: 'same' }
      yield { name: `${path}: a list in a list`, files: new Map(whole).set(path, `[${text}]`), expectation: 'less' }
    } else {
      yield { name: `${path}: an object in a list`, files: new Map(whole).set(path, `[${text}]`), expectation: 'less' }
    }
  }
}

export const xmlDamages: Damages = function* (example) {
  if (example.syntax !== 'xml') return
  const whole = filesOf(example)
  for (const [path, text] of whole) {
    const after = (name: string, changed: string) => ({
      name: `${path}: ${name}`,
      files: new Map(whole).set(path, changed),
      expectation: 'less' as const
    })
    for (const name of new Set([...text.matchAll(/<([a-z]+)[\s>/]/gi)].map(([, tag]) => tag ?? ''))) {
      const element = new RegExp(`<${name}(\\s[^>]*)?>([^<]*)</${name}>`)
      if (element.test(text)) {
        const isRecord = ['box', 'polygon', 'mask', 'object', 'image', 'attribute'].includes(name)
        yield { ...after(`no ${name}`, text.replace(element, '')), expectation: isRecord ? 'fewer' : 'less' }
        yield after(`two ${name}`, text.replace(element, '$&$&'))
        yield after(`an empty ${name}`, text.replace(element, `<${name}$1></${name}>`))
        yield after(`an element in ${name}`, text.replace(element, `<${name}$1><x/></${name}>`))
      }
      yield after(`${name} in capitals`, text.replaceAll(new RegExp(`(</?)${name}\\b`, 'g'), `$1${name.toUpperCase()}`))
      yield after(`${name} not closed`, text.replace(`</${name}>`, ''))
    }
    for (const name of new Set([...text.matchAll(/\s([a-z_]+)="/gi)].map(([, key]) => key ?? ''))) {
      const attribute = new RegExp(`\\s${name}="[^"]*"`)
      yield after(`no ${name}=`, text.replace(attribute, ''))
      yield after(`an empty ${name}=`, text.replace(attribute, ` ${name}=""`))
      yield after(`two ${name}=`, text.replace(attribute, '$&$&'))
      yield after(`${name}= without quotes`, text.replace(attribute, ` ${name}=1`))
    }
  }
}

/** Rows of columns. */
export const rowDamages: Damages = function* (example) {
  if (example.syntax !== 'text') return
  const whole = filesOf(example)
  for (const [path, text] of whole) {
    if (path.endsWith('.yaml')) {
      const after = (name: string, changed: string) => ({
        name: `${path}: ${name}`,
        files: new Map(whole).set(path, changed),
        expectation: 'less' as const
      })
      yield after('names in another order of lines', 'path: .\ntrain: images/train\nnames: [cup]\n')
      yield after('no names', 'path: .\ntrain: images/train\nnc: 2\n')
      yield after('fewer names than nc', 'path: .\nnc: 5\nnames: [cup, dog]\n')
      yield { ...after('names that are numbers', 'names: [1, 2]\n'), expectation: 'other' }
      yield { ...after('a name twice', 'names: [cup, cup]\n'), expectation: 'other' }
      yield after('names null', 'names:\n')
      yield after('a loop of anchors', 'names: &a [*a, *a]\n')
      yield { ...after('a tag of a program', 'names: !!python/object/apply:os.system ["ls"]\n'), expectation: 'other' }
      yield after('an index missing', 'names:\n  0: cup\n  2: dog\n')
      yield after('an index twice', 'names:\n  0: cup\n  0: dog\n')
      yield after('a negative index', 'names:\n  -1: cup\n  1: dog\n')
      yield after('tabs', 'names:\n\t0: cup\n\t1: dog\n')
      continue
    }
    const separator = path.endsWith('.csv') ? ',' : ' '
    const lines = text.trimEnd().split('\n')
    const first = path.endsWith('.csv') && lines[0]?.includes('filename') === true ? 1 : 0
    const cells = (lines[first] ?? '').split(separator)
    const withRow = (name: string, row: string, expectation: Expectation = 'less') => ({
      name: `${path}: ${name}`,
      files: new Map(whole).set(path, `${lines.map((line, i) => (i === first ? row : line)).join('\n')}\n`),
      expectation
    })
    for (let i = 0; i < cells.length; i++)
      yield withRow(`column ${i + 1} not there`, cells.toSpliced(i, 1).join(separator))
    yield withRow('one column more', [...cells, 'x'].join(separator))
    yield withRow('a number more', [...cells, '0.5'].join(separator))
    yield withRow('three numbers more', [...cells, '0.5', '0.6', '0.7'].join(separator))
    yield withRow('half of it', cells.slice(0, cells.length >> 1).join(separator))
    yield withRow('one column', cells[0] ?? '')
    yield withRow('spaces around', ` ${cells.join(`${separator} `)} `, 'same')
    yield withRow('commas for points', cells.join(separator).replaceAll('.', ','))
    yield withRow('semicolons', cells.join(';'))
    yield withRow('tabs', cells.join('\t'), 'same')
    yield withRow('an open quote', `"${cells.join(separator)}`)
    yield withRow('a remark', `# ${cells.join(separator)}`)
  }
}
