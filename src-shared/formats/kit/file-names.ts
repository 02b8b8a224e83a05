/** @file Names of the files of formats that write one for each image. */

const MULTIPLIER = 0x01000193
const SEEDS = [0x811c9dc5, 0x1b873593] as const

/** 53 bits: that two of a million names meet is one in ten thousand, and then one gets a longer name than it needs. */
function hashOf(text: string): number {
  const [high, low] = SEEDS.map((seed) => {
    let hash: number = seed
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), MULTIPLIER)
    return hash >>> 0
  }) as [number, number]
  return (high % 2 ** 21) * 2 ** 32 + low
}

const withoutExtension = (path: string): string => path.replace(/\.[^./]*$/, '') || path

/** A number is kept for each name, not the name. Names that differ only in case are the same: some file systems say so. */
export class FileNames {
  readonly #taken = new Set<number>()

  /**
   * `a/b.jpg` → `a/b.json`, as the tools themselves look for it; `a/b.png.json` where `a/b.jpg` had been there before
   * (`isUsual` false).
   */
  take(imagePath: string, extension: string): { readonly path: string; readonly isUsual: boolean } {
    const usual = `${withoutExtension(imagePath)}.${extension}`
    let path = usual
    for (let more = 1; this.#taken.has(hashOf(path.toLowerCase())); more++)
      path = more === 1 ? `${imagePath}.${extension}` : `${imagePath}.${more}.${extension}`
    this.#taken.add(hashOf(path.toLowerCase()))
    return { path, isUsual: path === usual }
  }
}
