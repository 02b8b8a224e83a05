/**
 * @file Which image an annotation file means (E9): looked up as written, beside the annotation file, below the image
 * folder, then by its last name where that is unique. Only ever among images that are known already, so a reference
 * cannot lead anywhere else.
 */

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

const isRelative = (slashed: string): boolean => !slashed.startsWith('/') && !/^[a-z][a-z\d+.-]*:/i.test(slashed)

/**
 * `reference`, named in a file of `folder`, as a plain `/` separated path below the top; null when it leads out of it or
 * is none: absolute paths, drive letters, UNC, URLs, NUL, `..` above the top. Percent signs are letters, no encoding.
 */
export function plainReference(reference: string, folder = ''): string | null {
  const slashed = reference.replaceAll('\\', '/')
  if (slashed === '' || slashed.includes('\0') || !isRelative(slashed)) return null
  const parts: string[] = folder === '' ? [] : folder.split('/')
  for (const part of slashed.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return null
  }
  return parts.length === 0 ? null : parts.join('/')
}

/** The last name of any reference, even one that leads elsewhere: the name of an image, never a place. */
export function lastNameOf(reference: string): string | null {
  if (reference.includes('\0')) return null
  const slashed = reference.replaceAll('\\', '/')
  const path = /^[a-z][a-z\d+.-]*:\/\//i.test(slashed) ? slashed.replace(/[?#].*$/s, '') : slashed
  const name = nameOf(path).trim()
  return name === '' || name === '.' || name === '..' ? null : name
}

export const stemOfPath = (path: string): string => path.replace(/\.[^./]*$/, '')

/** Paths that `reference` may mean, the likeliest first; none leads out of the top. */
export const referenceCandidates = (
  reference: string,
  annotationPath = '',
  imageFolders: readonly string[] = []
): readonly string[] =>
  ['', parentOf(annotationPath), ...imageFolders].flatMap((folder) => plainReference(reference, folder) ?? [])

/** Built once over all known images; each look-up is a few map reads. */
export class ImageReferences {
  /** By last name: the path that alone has it; null: several have. There may be a million, so most stand here only. */
  readonly #byName = new Map<string, string | null>()
  /** Paths whose last name others have too. */
  readonly #sharing = new Set<string>()
  /** Made when somebody asks. By a path without its extension, and by a last name without it; null: several have it. */
  #byStem: ReadonlyMap<string, string | null> | null = null
  /** Made when somebody asks: paths that are written with marks apart, by how they are written composed. */
  #composed: { readonly references: ImageReferences; readonly paths: ReadonlyMap<string, string> } | null = null

  /** Paths below the chosen folder; `imageFolders`: folders to look below besides, '' being the folder itself. */
  readonly imageFolders: readonly string[]

  constructor(paths: Iterable<string>, imageFolders: readonly string[] = []) {
    this.imageFolders = imageFolders
    for (const path of paths) {
      if (this.#known(path) !== null) continue
      const name = nameOf(path)
      const other = this.#byName.get(name)
      if (other === undefined) {
        this.#byName.set(name, path)
        continue
      }
      if (other !== null) this.#sharing.add(other)
      this.#sharing.add(path)
      this.#byName.set(name, null)
    }
  }

  /** The known image that is meant; null when there is none, or more than one. */
  find(reference: string, annotationPath = ''): string | null {
    return this.#find(reference, annotationPath) ?? this.#findComposed(reference, annotationPath)
  }

  /** Whether more than one image has the last name of `reference`, so that it says too little. */
  areSeveral(reference: string): boolean {
    const name = lastNameOf(reference)
    return name !== null && this.#byName.get(name) === null
  }

  /**
   * As `find`, whatever the extensions of images are; null where several have that name, undefined where none has.
   * `stemOf`: what of the reference is the name.
   */
  findStem(reference: string, stemOf: (name: string) => string = stemOfPath): string | null | undefined {
    const byStem = (this.#byStem ??= this.#stems())
    for (const candidate of referenceCandidates(reference, '', this.imageFolders)) {
      const path = byStem.get(`/${stemOf(candidate)}`)
      if (path !== undefined) return path
    }
    const name = lastNameOf(reference)
    return name === null ? undefined : byStem.get(stemOf(name))
  }

  *#paths(): Generator<string> {
    for (const path of this.#byName.values()) if (path !== null) yield path
    yield* this.#sharing
  }

  #stems(): ReadonlyMap<string, string | null> {
    const stems = new Map<string, string | null>()
    for (const path of this.#paths()) {
      const stem = stemOfPath(path)
      for (const key of [`/${stem}`, nameOf(stem)]) stems.set(key, stems.has(key) ? null : path)
    }
    return stems
  }

  /** The same letters may be one sign or a letter and its mark (macOS writes names so); both are one name. */
  #findComposed(reference: string, annotationPath: string): string | null {
    const [composed, place] = [reference.normalize('NFC'), annotationPath.normalize('NFC')]
    if (!/[^\0-\x7f]/.test(composed)) return null
    const written = composed === reference ? null : this.#find(composed, annotationPath)
    if (written !== null) return written
    this.#composed ??= this.#apart()
    const { references, paths } = this.#composed
    const found = references.#find(composed, place)
    return found === null ? null : (paths.get(found) ?? null)
  }

  #apart(): { readonly references: ImageReferences; readonly paths: ReadonlyMap<string, string> } {
    const paths = new Map<string, string>()
    for (const path of this.#paths()) {
      const composed = path.normalize('NFC')
      if (composed !== path) paths.set(composed, path)
    }
    return { references: new ImageReferences(paths.keys(), this.imageFolders), paths }
  }

  #find(reference: string, annotationPath: string): string | null {
    const exact = this.#known(reference)
    if (exact !== null) return exact
    for (const candidate of referenceCandidates(reference, annotationPath, this.imageFolders)) {
      const path = this.#known(candidate)
      if (path !== null) return path
    }
    const name = lastNameOf(reference)
    return name === null ? null : (this.#byName.get(name) ?? null)
  }

  /** The same text as it was given, so that nobody need keep another. */
  #known(path: string): string | null {
    const only = this.#byName.get(nameOf(path))
    return only === path ? only : this.#sharing.has(path) ? path : null
  }
}
