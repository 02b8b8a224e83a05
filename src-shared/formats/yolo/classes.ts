/**
 * @file The class list of a YOLO data set. A class is its number (E3): the list keeps its gaps and its repetitions, so
 * that no class ever moves to the place of another.
 */
import { AppError } from '../../errors'
import { doubted, noted } from '../kit/issue'
import { nameValue } from '../kit/json-fields'
import { lastNameOfPath } from '../kit/references'
import { isNamed } from '../kit/small-json'
import type { ImportItem } from '../reading/item'
import type { DataSource } from '../reading/source'
import { parseYaml } from './yaml'
import type { YamlValue } from './yaml'

export interface DataSet {
  /** Where the classes stand; null: nowhere. */
  readonly file: string | null
  /** By class number; null: no list. */
  readonly names: readonly string[] | null
  /** Lists in which a number means another class, by the folder whose labels they name: LabelImg keeps one in each. */
  readonly folderLists: ReadonlyMap<string, { readonly file: string; readonly names: readonly string[] }>
  /** Keypoints of each object and numbers of each; null: none are said. */
  readonly keypoints: { readonly count: number; readonly dimensions: 2 | 3 } | null
  /** Files that list images. */
  readonly lists: readonly string[]
  /** Eyrie wrote it: images are named below `images/`, which is no folder of the project. */
  readonly isOurs: boolean
  readonly issues: readonly ImportItem[]
}

const CLASS_FILES = new Set(['classes.txt', 'predefined_classes.txt', 'obj.names', 'coco.names', 'labels.names'])
const MOST_CLASSES = 100_000
/** Of a map from numbers to names: for each name so many numbers, and some more. */
const [MOST_SPREAD, MOST_UNNAMED] = [10, 1_000]
export const isClassFile = (path: string): boolean =>
  CLASS_FILES.has(lastNameOfPath(path).toLowerCase()) || isNamed(path, 'names')

export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))
export const placeholder = (index: number): string => `class_${index}`

const isYaml = (path: string): boolean => isNamed(path, 'yaml') || isNamed(path, 'yml')

/** The first description with classes, `data.yaml` before others, YAML before lists. */
export async function findDataSet(source: DataSource): Promise<DataSet> {
  const yamls = source.files.filter(({ path }) => isYaml(path)).map(({ path }) => path)
  const first = (path: string): number => (/^(data|dataset)\.ya?ml$/i.test(lastNameOfPath(path)) ? 0 : 1)
  const issues: ImportItem[] = []
  const folderLists = new Map<string, { readonly file: string; readonly names: readonly string[] }>()
  let found: DataSet | null = null
  for (const path of yamls.toSorted((a, b) => first(a) - first(b))) {
    const read = await readYaml(source, path, issues)
    if (read === null) continue
    if (found === null) found = read
    else if (JSON.stringify(found.names) !== JSON.stringify(read.names)) {
      const message = `Its classes are others than those of ${found.file ?? ''}, which were taken.`
      issues.push(doubted({ file: path }, 'import/several-class-lists', message))
    }
  }
  for (const { path } of source.files) {
    if (!isClassFile(path)) continue
    if (found === null) {
      found = await readList(source, path)
      continue
    }
    const names = await listedNames(source, path)
    if (!isOther(names, found.names ?? [])) continue
    // What a description says holds for all of its folders.
    const isForFolder = isClassFile(found.file ?? '') && parentOf(path) !== parentOf(found.file ?? '')
    if (isForFolder) folderLists.set(parentOf(path), { file: path, names })
    const taken = isForFolder ? 'it was taken for the labels of its folder' : 'which was taken'
    const message = `A number does not mean the same class in it as in ${found.file ?? ''}${isForFolder ? '; ' : ', '}${taken}.`
    issues.push(doubted({ file: path }, 'import/several-class-lists', message))
  }
  if (found !== null) return { ...found, folderLists, issues: [...issues, ...found.issues] }
  return { file: null, names: null, folderLists, keypoints: null, lists: [], isOurs: false, issues }
}

/** A list may end with blank lines; a blank one inside is the place of a class. */
async function linesOf(source: DataSource, path: string): Promise<readonly string[]> {
  const lines = (await source.text(path)).split(/\r\n|\r|\n/).map((line) => line.trim())
  while (lines.at(-1) === '') lines.pop()
  return lines
}

async function readList(source: DataSource, path: string): Promise<DataSet> {
  const { names, issues } = checkedNames(path, await linesOf(source, path))
  return { file: path, names, folderLists: new Map(), keypoints: null, lists: [], isOurs: false, issues }
}

/** Of a list besides the one that was taken; none where it cannot be read. */
async function listedNames(source: DataSource, path: string): Promise<readonly string[]> {
  try {
    return checkedNames(path, await linesOf(source, path)).names
  } catch (error) {
    if (error instanceof AppError && error.code !== 'import/cancelled') return []
    throw error
  }
}

/** Whether a number means two classes; a list may go on where the other ends, as LabelImg's do. */
const isOther = (names: readonly string[], taken: readonly string[]): boolean =>
  names.some((name, i) => i < taken.length && taken[i] !== name)

/** The list of classes of a file of labels: the nearest one above it where folders have their own. */
export function listFor(labels: string, dataSet: DataSet): Pick<DataSet, 'file' | 'names'> {
  const { file, folderLists } = dataSet
  if (folderLists.size === 0) return dataSet
  const main = parentOf(file ?? '')
  for (let folder = parentOf(labels); folder !== main; folder = parentOf(folder)) {
    const list = folderLists.get(folder)
    if (list !== undefined) return list
    if (folder === '') break
  }
  return dataSet
}

/** As the person named them, where no file does. */
export function withGivenNames(dataSet: DataSet, given: readonly string[]): DataSet {
  if (given.length === 0) return dataSet
  if (dataSet.names !== null) {
    const message = `The classes of ${dataSet.file ?? ''} were taken, not those that were given.`
    const issue = doubted({ file: dataSet.file ?? '' }, 'import/several-class-lists', message)
    return { ...dataSet, issues: [...dataSet.issues, issue] }
  }
  const { names, issues } = checkedNames(GIVEN_LIST, given)
  return { ...dataSet, file: GIVEN_LIST, names, issues: [...dataSet.issues, ...issues] }
}
const GIVEN_LIST = 'the list that was given'

/** null: it says no classes. */
async function readYaml(source: DataSource, path: string, issues: ImportItem[]): Promise<DataSet | null> {
  let root: YamlValue
  try {
    root = parseYaml(path, await source.text(path))
  } catch (error) {
    // Which classes there are must not depend on what could not be read.
    if (error instanceof AppError && first(path)) throw error
    return null
  }
  if (!(root instanceof Map) || !root.has('names')) return null
  const names = namesIn(path, root.get('names') ?? null)
  const found: ImportItem[] = [...names.issues]
  const count = root.get('nc')
  if (typeof count === 'string' && Number(count) !== names.names.length)
    found.push(
      doubted({ file: path }, 'import/class-count', `It says nc: ${count}, but names ${names.names.length} classes.`)
    )
  if (root.has('download'))
    found.push(
      noted({ file: path }, 'import/download', 'It says how to download the data; nothing is downloaded or run.')
    )
  const keypoints = keypointsIn(root.get('kpt_shape'))
  if (keypoints === null && root.has('kpt_shape'))
    found.push(doubted({ file: path }, 'import/bad-keypoints', 'Its kpt_shape should be [count, 2] or [count, 3].'))
  const lists = ['train', 'val', 'test'].flatMap((key) => {
    const value = root.get(key)
    return (Array.isArray(value) ? (value as readonly YamlValue[]) : [value ?? null]).filter(
      (each): each is string => typeof each === 'string' && isNamed(each, 'txt')
    )
  })
  issues.push(...found)
  return {
    file: path,
    names: names.names,
    folderLists: new Map(),
    keypoints,
    lists: [...new Set(lists)],
    isOurs: root.has('eyrie'),
    issues: []
  }
}
const first = (path: string): boolean => /^(data|dataset)\.ya?ml$/i.test(lastNameOfPath(path))

function keypointsIn(value: YamlValue | undefined): DataSet['keypoints'] {
  if (!Array.isArray(value) || value.length !== 2) return null
  const [count, dimensions] = (value as readonly YamlValue[]).map((each) =>
    typeof each === 'string' ? Number(each) : NaN
  )
  const isCount = Number.isSafeInteger(count) && (count ?? 0) > 0 && (count ?? 0) < 10_000
  return isCount && (dimensions === 2 || dimensions === 3) ? { count: count as number, dimensions } : null
}

interface Names {
  readonly names: readonly string[]
  readonly issues: readonly ImportItem[]
}

/** A list, or a map from numbers to names. */
function namesIn(file: string, value: YamlValue): Names {
  const refuse = (reason: string): AppError =>
    new AppError('import/bad-classes', `${file}: ${reason}.`, {
      nextStep: 'Correct the class names; without them nobody can say which number is which class.',
      data: { file }
    })
  if (Array.isArray(value)) {
    const list = value as readonly YamlValue[]
    const bad = list.find((each) => typeof each !== 'string')
    if (bad !== undefined) throw refuse('a class name is no text')
    return checkedNames(file, list as readonly string[])
  }
  if (!(value instanceof Map)) throw refuse('names should be a list, or a map from numbers to names')
  const names: string[] = []
  for (const [key, name] of value as ReadonlyMap<string, YamlValue>) {
    if (!/^\d{1,6}$/.test(key) || Number(key) >= MOST_CLASSES) throw refuse(`a class number is ${nameValue(key)}`)
    if (typeof name !== 'string') throw refuse(`the name of class ${key} is no text`)
    names[Number(key)] = name
  }
  // A few numbers nobody uses get a class of their own, so that the others stay what they are; not thousands.
  if (names.length > MOST_UNNAMED + value.size * MOST_SPREAD)
    throw refuse(`only ${value.size} of ${names.length} classes have a name`)
  return checkedNames(
    file,
    Array.from(names, (name) => name ?? '')
  )
}

/** Empty names and names that are there already get one of their own, so that each number stays a class of its own. */
function checkedNames(file: string, list: readonly string[]): Names {
  const issues: ImportItem[] = []
  const taken = new Set(list)
  const seen = new Set<string>()
  const names = list.map((name, index) => {
    if (name.trim() !== '' && !seen.has(name)) {
      seen.add(name)
      return name
    }
    let own = name.trim() === '' ? placeholder(index) : `${name} (${placeholder(index)})`
    while (taken.has(own) || seen.has(own)) own += '+'
    seen.add(own)
    const code = name.trim() === '' ? 'import/class-without-name' : 'import/duplicate-name'
    const what = name.trim() === '' ? 'has no name' : `has the name of another class, ${nameValue(name)}`
    issues.push(doubted({ file, record: `class ${index}` }, code, `It ${what}; it is called ${nameValue(own)}.`))
    return own
  })
  return { names, issues }
}
