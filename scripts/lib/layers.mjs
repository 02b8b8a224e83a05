/**
 * @file The import rules of the project, as a table and a pure function. An import of types counts:
 * a "types only" import upwards is how a layer rots.
 */
import { posix } from 'node:path'

/** Folder → folders it may import from, besides itself. The longest matching folder decides. */
const MAY_IMPORT = {
  'src-shared/geometry': [],
  'src-shared/grounded': ['src-shared/geometry'],
  'src-shared/dialects': ['src-shared/geometry', 'src-shared/grounded'],
  'src-shared/prompts': ['src-shared/geometry', 'src-shared/grounded', 'src-shared/dialects'],
  'src-shared/document': ['src-shared/geometry', 'src-shared/grounded'],
  'src-shared/dataset': ['src-shared/geometry', 'src-shared/grounded', 'src-shared/document', 'src-shared/dialects'],
  'src-shared/formats': [
    'src-shared/geometry',
    'src-shared/grounded',
    'src-shared/document',
    'src-shared/dialects',
    'src-shared/dataset'
  ],
  'src-shared/markup': [],
  'src-shared/metrics': ['src-shared/geometry', 'src-shared/grounded', 'src-shared/markup'],
  'src-shared/lint': ['src-shared/geometry', 'src-shared/grounded', 'src-shared/document'],
  'src-shared/builders': [
    'src-shared/geometry',
    'src-shared/grounded',
    'src-shared/document',
    'src-shared/dialects',
    'src-shared/prompts',
    'src-shared/lint'
  ],
  'src-shared/ipc': ['src-shared'],
  'src-shared': [],
  'src-main/files': ['src-shared', 'src-main/core/ports'],
  'src-main/store': ['src-shared', 'src-main/core/ports', 'src-main/files'],
  'src-main/media': ['src-shared', 'src-main/core/ports', 'src-main/files'],
  // The host decodes the picture it is asked about, in its own process.
  'src-main/inference': [
    'src-shared',
    'src-main/core/ports',
    'src-main/files',
    'src-main/media/decode',
    'src-main/media/host-channel'
  ],
  'src-main/network': ['src-shared'],
  // What a form means in a dialect is said once, for servers as well.
  'src-main/endpoints': [
    'src-shared',
    'src-main/core/ports',
    'src-main/files',
    'src-main/network',
    'src-main/inference/grammar/modes'
  ],
  // Models into the store: checked by the rules of model folders, from addresses that may be asked.
  'src-main/model-store': [
    'src-shared',
    'src-main/core/ports',
    'src-main/files',
    'src-main/inference/repo',
    'src-main/inference/families',
    'src-main/inference/tools',
    'src-main/network'
  ],
  'src-main/core': ['src-shared', 'src-main/files'],
  'src-main/core/compose': [
    'src-shared',
    'src-main/core',
    'src-main/files',
    'src-main/store',
    'src-main/inference',
    'src-main/endpoints',
    'src-main/media',
    'src-main/model-store'
  ],
  'src-main/shell': ['src-shared', 'src-main/core', 'src-main/files'],
  'src-main/cli': [
    'src-shared',
    'src-main/core',
    'src-main/files',
    'src-main/inference/repo',
    'src-main/shell/app-places',
    'src-main/shell/hosts',
    'src-main/shell/log',
    'src-main/shell/serve/index'
  ],
  'src-main/testing': ['src-shared', 'src-main'],
  'src-main': ['src-shared'],
  'src-preload': ['src-shared/ipc/channels'],
  'src-renderer': ['src-shared']
}
/** What every folder of src-shared may use. */
const SHARED_BY_ALL = ['src-shared/errors', 'src-shared/counted']

/** Packages that one file alone may import. */
const SINGLE_IMPORTERS = {
  'fast-png': /^src-shared\/formats\/kit\/png-bitmap\.ts$/,
  fflate: /^src-shared\/formats\/kit\/png-bitmap\.ts$/,
  // A report is read by a strict parser in its test, which sees what of a text became markup.
  saxes: /^src-shared\/(formats\/kit\/xml|metrics\/report\/page\.test)\.ts$/,
  yaml: /^src-shared\/formats\/yolo\/yaml\.ts$/,
  papaparse: /^src-shared\/formats\/csv\/table\.ts$/,
  hyparquet: /^src-shared\/formats\/parquet\//,
  'hyparquet-compressors': /^src-shared\/formats\/parquet\/file\.ts$/,
  'hyparquet-writer': /^src-shared\/formats\/parquet\/write-file\.ts$/,
  'onnxruntime-node': /^src-main\/inference\/runtime\.ts$/,
  'better-sqlite3': /^src-main\/store\/database\.ts$/,
  electron: /^(src-main\/shell\/electron\/|src-preload\/index\.ts$)/,
  zod: /^(src-shared\/ipc\/schemas\.ts$|src-shared\/grounded\/schema\.ts$|src-shared\/prompts\/(?:answer-form|mask-prompt)-schema\.ts$|src-shared\/formats\/webdataset\/record\.ts$|src-main\/)/
}

/** Packages (besides the single-importer ones) a layer may use. Tests may use vitest and fast-check everywhere. */
const PACKAGES = {
  'src-shared': () => false,
  'src-main': (name) => !/^(react|react-dom|fabric|zustand|i18next|react-i18next|radix-ui|prosemirror-.*)$/.test(name),
  'src-preload': () => false,
  'src-renderer': (name) => !name.startsWith('node:')
}
const TEST_PACKAGES = /^(vitest|fast-check|node:)/

const isBelow = (path, folder) => path === folder || path.startsWith(`${folder}/`) || path.startsWith(`${folder}.`)
const layerOf = (path) =>
  Object.keys(MAY_IMPORT)
    .filter((folder) => isBelow(path, folder))
    .sort((a, b) => b.length - a.length)[0]
const packageOf = (specifier) =>
  specifier.startsWith('node:') ? specifier : specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

const IMPORT =
  /(?:^|[\n;{}(=,\s])(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|[\n;])\s*import\s*['"]([^'"]+)['"]|\b(?:import|require)\s*\(\s*['"]([^'"]+)['"]\s*\)/g

/** Everything a source text imports: static, type-only, re-exported, dynamic and `import('x').T`. */
export function importsOf(source) {
  const withoutComments = source.replace(/\/\*[\s\S]*?\*\/|(^|[^:'"`])\/\/[^\n]*/g, '$1')
  return [...withoutComments.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3])
}

/**
 * What is wrong with `specifier` being imported by `file` (a path below the root, `/` separated);
 * null when nothing is.
 */
export function importProblem(file, specifier) {
  const layer = layerOf(file)
  if (!layer) return null
  // The law suites are test code that the tests of every dialect and format share; they ship nowhere.
  const isTest =
    /\.test\.tsx?$/.test(file) ||
    /^src-shared\/(geometry\/law-shapes|dialects\/law(s|-trees)|formats\/(?:[a-z0-9-]+\/)?law-(?:damage|kit|projects|shapes|shards|captions)|builders\/proof\/scenes)\.ts$/.test(
      file
    )
  const top = layer.split('/')[0]
  if (!specifier.startsWith('.')) {
    const name = packageOf(specifier)
    const single = SINGLE_IMPORTERS[name]
    if (single)
      return single.test(file) ? null : `${name} may be imported only by ${single.source.replace(/[\\^$]/g, '')}`
    if (isTest && TEST_PACKAGES.test(name)) return null
    return PACKAGES[top](name) ? null : `${top} may not use ${name}`
  }
  const target = posix.join(posix.dirname(file), specifier.split('?')[0])
  const targetLayer = layerOf(target)
  if (targetLayer === layer) return null
  if (top === 'src-shared' && SHARED_BY_ALL.includes(target)) return null
  if (!targetLayer) return `${target} is outside the source folders`
  if (MAY_IMPORT[layer].some((allowed) => isBelow(target, allowed))) return null
  if (isTest && top === 'src-shared' && targetLayer.startsWith('src-shared')) return null
  // Tests put real rooms together; none of it is built into a program.
  if (isTest && top === 'src-main' && targetLayer.startsWith('src-main')) return null
  return `${layer} may not import ${target}`
}
