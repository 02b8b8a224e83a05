/** @file What only the whole project shows. Memory grows with labels and images, not with regions. */
import type { ImageDocument, ImageId, LabelId, LabelRecord } from '../../document/records'
import { singular } from '../words'
import { said, worded } from '../finding'
import type { LintFinding, LintFix, LintSeverity, LintWords } from '../finding'

/** What the caller knows of images beyond their documents; a rule without its facts does not run. */
export interface ProjectFacts {
  /** The split an image goes to: train, val, … */
  readonly splitOf?: (imageId: ImageId) => string | null
  /** Images that look alike have one cluster; made by whoever compared them. */
  readonly clusterOf?: (imageId: ImageId) => string | null
}

export const PROJECT_RULES: readonly {
  readonly id: string
  readonly severity: LintSeverity
  readonly title: { readonly en: string; readonly 'zh-CN': string }
  readonly fixes?: readonly LintFix['kind'][]
}[] = [
  {
    id: 'label-variants',
    severity: 'warning',
    title: { en: 'Labels that differ in spelling', 'zh-CN': '标签写法不一' },
    fixes: ['merge-label']
  },
  { id: 'label-unused', severity: 'note', title: { en: 'Label without a region', 'zh-CN': '未使用的标签' } },
  { id: 'image-duplicate', severity: 'warning', title: { en: 'The same image twice', 'zh-CN': '重复图像' } },
  {
    id: 'image-near-duplicate',
    severity: 'note',
    title: { en: 'Two images that look alike', 'zh-CN': '两张相似的图像' }
  },
  { id: 'split-leakage', severity: 'error', title: { en: 'Leak between splits', 'zh-CN': '数据集划分泄漏' } }
]
const severityOf = (rule: string): LintSeverity => PROJECT_RULES.find(({ id }) => id === rule)?.severity ?? 'warning'

/** Two names with one key are one name for a person: case, spaces, dashes, full width, number. */
const keyOf = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .trim()
    .split(/[\s_-]+/)
    .map((word, i, all) => (i === all.length - 1 ? singular(word) : word))
    .join(' ')

interface ImageFact {
  readonly id: ImageId
  readonly file: string
  readonly hash: string | null
}

export class ProjectLint {
  readonly #labels: readonly LabelRecord[]
  readonly #facts: ProjectFacts
  /** Regions of each label. */
  readonly #used = new Map<LabelId, number>()
  readonly #byHash = new Map<string, ImageFact>()
  readonly #alike = new Map<string, ImageFact>()
  readonly #byCluster = new Map<string, { readonly first: ImageFact; readonly split: string }>()
  readonly #found: LintFinding[] = []

  constructor(labels: readonly LabelRecord[], facts: ProjectFacts) {
    this.#labels = labels
    this.#facts = facts
  }

  add({ image, regions }: ImageDocument): void {
    for (const { labelId, state } of regions)
      if (labelId !== null && state !== 'rejected') this.#used.set(labelId, (this.#used.get(labelId) ?? 0) + 1)
    const fact: ImageFact = { id: image.id, file: image.relativePath, hash: image.contentHash }
    if (image.contentHash !== null) {
      const twin = this.#byHash.get(image.contentHash)
      if (twin === undefined) this.#byHash.set(image.contentHash, fact)
      else
        this.#say(
          'image-duplicate',
          said(`It is the same file as ${twin.file}.`, `与 ${twin.file} 是同一个文件。`),
          fact,
          twin
        )
    }
    const alike = this.#facts.clusterOf?.(image.id) ?? null
    if (alike !== null) this.#compare(fact, alike)
    const split = this.#facts.splitOf?.(image.id) ?? null
    // The same bytes are alike, whatever else was compared.
    const cluster = alike ?? image.contentHash
    if (split === null || cluster === null) return
    const known = this.#byCluster.get(cluster)
    if (known === undefined) this.#byCluster.set(cluster, { first: fact, split })
    else if (known.split !== split)
      this.#say(
        'split-leakage',
        said(
          `It is in ${split} and looks like ${known.first.file} in ${known.split}.`,
          `它在 ${split} 中，却与 ${known.split} 中的 ${known.first.file} 相似。`
        ),
        fact,
        known.first
      )
  }

  /** The same file is another rule's. */
  #compare(fact: ImageFact, cluster: string): void {
    const twin = this.#alike.get(cluster)
    if (twin === undefined) this.#alike.set(cluster, fact)
    else if (fact.hash === null || fact.hash !== twin.hash)
      this.#say('image-near-duplicate', said(`It looks like ${twin.file}.`, `与 ${twin.file} 看上去相似。`), fact, twin)
  }

  finish(): readonly LintFinding[] {
    const variants = new Map<string, LabelRecord[]>()
    for (const label of this.#labels) {
      const known = variants.get(keyOf(label.name))
      if (known === undefined) variants.set(keyOf(label.name), [label])
      else known.push(label)
    }
    const usesOf = ({ id }: LabelRecord): number => this.#used.get(id) ?? 0
    for (const labels of variants.values()) {
      // The spelling that most regions have stays; of equals, the first.
      const [kept, ...others] = labels.toSorted((a, b) => usesOf(b) - usesOf(a))
      if (kept === undefined) continue
      for (const label of others)
        this.#found.push({
          rule: 'label-variants',
          severity: severityOf('label-variants'),
          ...worded(
            said(
              `The labels “${kept.name}” and “${label.name}” differ in spelling only.`,
              `标签“${kept.name}”和“${label.name}”只是写法不同。`
            )
          ),
          labelId: label.id,
          fix: { kind: 'merge-label', labelId: label.id, into: kept.id, name: kept.name }
        })
    }
    for (const label of this.#labels) {
      if (this.#used.has(label.id)) continue
      this.#found.push({
        rule: 'label-unused',
        severity: severityOf('label-unused'),
        ...worded(said(`No region has the label “${label.name}”.`, `没有区域使用标签“${label.name}”。`)),
        labelId: label.id,
        fix: null
      })
    }
    return this.#found
  }

  #say(rule: string, words: LintWords, { id, file }: ImageFact, twin: ImageFact): void {
    const other = { imageId: twin.id, file: twin.file }
    this.#found.push({ rule, severity: severityOf(rule), ...worded(words), imageId: id, file, other, fix: null })
  }
}
