/** @file What only the whole project shows. Memory grows with labels and images, not with regions. */
import type { ImageDocument, ImageId, LabelId, LabelRecord } from '../../document/records'
import { singular } from '../words'
import type { LintFinding, LintSeverity } from '../finding'

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
}[] = [
  {
    id: 'label-variants',
    severity: 'warning',
    title: { en: 'Labels that differ in spelling', 'zh-CN': '标签写法不一' }
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
  readonly #used = new Set<LabelId>()
  readonly #byHash = new Map<string, ImageFact>()
  readonly #alike = new Map<string, ImageFact>()
  readonly #byCluster = new Map<string, { readonly first: ImageFact; readonly split: string }>()
  readonly #found: LintFinding[] = []

  constructor(labels: readonly LabelRecord[], facts: ProjectFacts) {
    this.#labels = labels
    this.#facts = facts
  }

  add({ image, regions }: ImageDocument): void {
    for (const { labelId, state } of regions) if (labelId !== null && state !== 'rejected') this.#used.add(labelId)
    const fact: ImageFact = { id: image.id, file: image.relativePath, hash: image.contentHash }
    if (image.contentHash !== null) {
      const twin = this.#byHash.get(image.contentHash)
      if (twin === undefined) this.#byHash.set(image.contentHash, fact)
      else this.#say('image-duplicate', `It is the same file as ${twin.file}.`, { imageId: fact.id, file: fact.file })
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
      this.#say('split-leakage', `It is in ${split} and looks like ${known.first.file} in ${known.split}.`, {
        imageId: fact.id,
        file: fact.file
      })
  }

  /** The same file is another rule's. */
  #compare(fact: ImageFact, cluster: string): void {
    const twin = this.#alike.get(cluster)
    if (twin === undefined) this.#alike.set(cluster, fact)
    else if (fact.hash === null || fact.hash !== twin.hash)
      this.#say('image-near-duplicate', `It looks like ${twin.file}.`, { imageId: fact.id, file: fact.file })
  }

  finish(): readonly LintFinding[] {
    const seen = new Map<string, LabelRecord>()
    for (const label of this.#labels) {
      const key = keyOf(label.name)
      const known = seen.get(key)
      if (known === undefined) seen.set(key, label)
      else
        this.#found.push({
          rule: 'label-variants',
          severity: severityOf('label-variants'),
          message: `The labels “${known.name}” and “${label.name}” differ in spelling only.`,
          labelId: label.id,
          fix: { kind: 'rename-label', labelId: label.id, name: known.name }
        })
      if (!this.#used.has(label.id))
        this.#found.push({
          rule: 'label-unused',
          severity: severityOf('label-unused'),
          message: `No region has the label “${label.name}”.`,
          labelId: label.id,
          fix: null
        })
    }
    return this.#found
  }

  #say(rule: string, message: string, place: Pick<LintFinding, 'imageId' | 'file'>): void {
    this.#found.push({ rule, severity: severityOf(rule), message, ...place, fix: null })
  }
}
