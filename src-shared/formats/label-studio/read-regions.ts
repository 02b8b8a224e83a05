/** @file The results of one task, to regions, relations and captions. */
import type { Origin, RegionState } from '../../document/records'
import type { ImageSize } from '../../geometry/space'
import { doubted, noted, skipped } from '../kit/issue'
import { attributesFrom, isNumber, nameValue, own } from '../kit/json-fields'
import { joinParts } from '../kit/parts'
import type { PartRegion } from '../kit/parts'
import type { AnnotationShape } from '../../geometry/region-shape'
import type { ImportIssue, ImportRegion, ImportRelation } from '../reading/item'
import { CONTROLS } from './config'
import { metaText, ownMeta } from './own-meta'
import { PercentDoubts } from './percent-doubts'
import { isShapeWord, readShape } from './read-value'
import { answerOf, labelsOf, wordOf, wordsOf } from './results'
import type { Grouped, ResultGroup } from './results'

/** An annotation of a person or a prediction of a model. */
export interface Speaker {
  readonly kind: 'annotation' | 'prediction'
  readonly name: string
  readonly grouped: Grouped
  readonly modelVersion: string | null
  readonly score: number | null
}
export interface TaskImage {
  readonly imageKey: string
  readonly reference: string
  /** Upright pixels; null where the results do not say it. */
  readonly stated: ImageSize | null
  /** Else the image's own; null where there is none. */
  readonly size: ImageSize | null
}
interface Caption {
  readonly image: TaskImage
  readonly title: string | null
  readonly words: string
}

/** [Note: Origin of a result] `prediction-changed`: a person moved what a model had proposed. */
const ORIGINS: Readonly<Record<string, { readonly origin: Origin; readonly state: RegionState }>> = {
  manual: { origin: 'human', state: 'accepted' },
  prediction: { origin: 'model', state: 'accepted' },
  'prediction-changed': { origin: 'model', state: 'corrected' }
}
/** Answers that become attributes of their region, under the name of their control. */
const ANSWERS = new Set(['choices', 'taxonomy', 'rating', 'number', 'datetime'])

export class RegionReading {
  readonly relations: ImportRelation[] = []
  readonly issues: ImportIssue[] = []
  readonly #images: readonly TaskImage[]
  readonly #where: { readonly file: string; readonly record: string }
  readonly #isOurs: boolean
  readonly #parts: PartRegion[] = []
  readonly #captions: Caption[] = []
  readonly #percents = new PercentDoubts()
  #regions: readonly ImportRegion[] = []
  #saidRotation = false
  /** By the tool's id, of the annotation. */
  readonly #annotated = new Set<string>()

  constructor(
    images: readonly TaskImage[],
    where: { readonly file: string; readonly record: string },
    isOurs: boolean
  ) {
    this.#images = images
    this.#where = where
    this.#isOurs = isOurs
  }

  get regions(): readonly ImportRegion[] {
    if (this.#regions.length === 0 && this.#parts.length > 0) {
      const joined = joinParts(this.#parts, this.#where.file)
      this.#regions = joined.regions
      this.issues.push(...joined.issues)
    }
    return this.#regions
  }
  captions(): readonly Caption[] {
    return this.#captions
  }
  doubts(): readonly ImportIssue[] {
    return this.#percents.issues(this.#where.file, this.#where.record, this.#isOurs)
  }

  read(speaker: Speaker): void {
    const { grouped } = speaker
    for (const { record, message } of grouped.problems)
      this.issues.push(skipped(this.#place(record), 'import/bad-record', message))
    const keys = new Map<string, { readonly key: string; readonly imageKey: string }>()
    grouped.groups.forEach((group) => {
      const isAccepted = speaker.kind === 'prediction' && group.id !== null && this.#annotated.has(group.id)
      if (isAccepted) {
        const message = 'A model proposed it; the annotation has it too, which counts.'
        this.issues.push(noted(this.#place(group.record), 'import/accepted-prediction', message))
        return
      }
      if (speaker.kind === 'annotation' && group.id !== null) this.#annotated.add(group.id)
      const image = this.#imageOf(group)
      if (image === null) return
      if (group.shape === null) this.#aboutImage(group, image)
      else {
        const key = `r${this.#parts.length}`
        const isRead = this.#region(group, group.shape, speaker, image, key)
        if (isRead && group.id !== null) keys.set(group.id, { key, imageKey: image.imageKey })
      }
    })
    for (const { record, entry } of grouped.links) {
      const [from, to] = [own(entry, 'from_id'), own(entry, 'to_id')]
      const [subject, object] = [keys.get(String(from)), keys.get(String(to))]
      if (subject === undefined || object === undefined || subject.imageKey !== object.imageKey) {
        const message = `Its relation from ${nameValue(from)} to ${nameValue(to)} does not tie two regions of one image.`
        this.issues.push(skipped(this.#place(record), 'import/loose-link', message))
        continue
      }
      this.#relate(entry, subject.key, object.key, subject.imageKey, record)
    }
  }

  #place(record: string): { readonly file: string; readonly record: string } {
    return { file: this.#where.file, record: `${this.#where.record}, ${record}` }
  }

  #imageOf(group: ResultGroup): TaskImage | null {
    const index = own(group.results[0]?.entry ?? {}, 'item_index') ?? 0
    const image =
      this.#images.length === 1 ? this.#images[0] : Number.isInteger(index) ? this.#images[index as number] : undefined
    if (image !== undefined) return image
    const message = `Its item_index ${nameValue(index)} names none of the ${this.#images.length} images.`
    this.issues.push(skipped(this.#place(group.record), 'import/no-image', message))
    return null
  }

  #aboutImage(group: ResultGroup, image: TaskImage): void {
    const words = wordsOf(group.results)
    const from = group.results[0]?.fromName
    const title = from === undefined || from === CONTROLS.caption ? null : from
    for (const line of words) this.#captions.push({ image, title, words: line })
    for (const result of group.results) {
      if (result.type === 'textarea' && words.length > 0) continue
      const place = this.#place(group.record)
      const answer = answerOf(result)
      if (answer !== null) {
        const message = `What is said of the whole image is not kept: ${result.fromName} is ${nameValue(answer)}.`
        this.issues.push(noted(place, 'import/image-answer', message))
        continue
      }
      const message = `Its type ${nameValue(result.type)} is not one that Eyrie reads.`
      this.issues.push(skipped(place, 'import/shape-type', message))
    }
  }

  #region(
    group: ResultGroup,
    main: NonNullable<ResultGroup['shape']>,
    speaker: Speaker,
    image: TaskImage,
    key: string
  ): boolean {
    const place = this.#place(group.record)
    const tell = (issue: ImportIssue): number => this.issues.push(issue)
    const meta = ownMeta(main.entry)
    const shape = readShape(main.word, { value: main.value, size: image.size, where: place, tell })
    if (typeof shape === 'string') {
      tell(skipped(place, 'import/bad-shape', shape))
      return false
    }
    const rotation = own(main.entry, 'image_rotation')
    if (isNumber(rotation) && rotation % 360 !== 0 && !this.#saidRotation) {
      this.#saidRotation = true
      tell(
        noted(
          this.#where,
          'import/view-turned',
          `It was looked at turned by ${rotation} degrees; its numbers are of the upright image.`
        )
      )
    }
    const labels = labelsOf(group)
    if (labels.length === 0 && !this.#isOurs && group.results.some(({ type }) => /labels$/i.test(type)))
      tell(doubted(place, 'import/no-label', `Its ${main.type} hold no label; it was read without a class.`))
    const words = wordsOf(group.results)
    const confidence = this.#confidence(
      own(main.entry, 'score') ?? (speaker.kind === 'prediction' ? speaker.score : null),
      place
    )
    const origin = own(main.entry, 'origin')
    const fromTool = typeof origin === 'string' && Object.hasOwn(ORIGINS, origin) ? ORIGINS[origin] : undefined
    const said =
      speaker.kind === 'prediction'
        ? { state: 'proposed' as const, origin: 'model' as const }
        : this.#isOurs || fromTool?.origin === 'model'
          ? fromTool
          : undefined
    const attributes = attributesFrom([
      ...this.#answers(group, labels, place),
      ...this.#aside(main.entry, speaker),
      ...Object.entries(meta.attributes)
    ])
    this.#percents.see(place.record, shape)
    this.#parts.push({
      type: 'region',
      imageKey: image.imageKey,
      key,
      shape: meta.isQuad ? asQuad(shape) : shape,
      label: labels[0] ?? null,
      phrase: words.length === 0 ? null : words.join('\n'),
      part: meta.part,
      ...said,
      ...(confidence === null ? {} : { confidence }),
      ...(Object.keys(attributes).length === 0 ? {} : { attributes })
    })
    return true
  }

  #confidence(score: unknown, place: { readonly file: string; readonly record: string }): number | null {
    if (score === null || score === undefined) return null
    if (isNumber(score) && score >= 0 && score <= 1) return score
    this.issues.push(
      doubted(place, 'import/bad-score', `Its score should be between 0 and 1, not ${nameValue(score)}; left out.`)
    )
    return null
  }

  #answers(
    group: ResultGroup,
    labels: readonly string[],
    place: { readonly file: string; readonly record: string }
  ): readonly (readonly [string, string | number])[] {
    const found: (readonly [string, string | number])[] = []
    if (labels.length > 1) {
      found.push(['more_labels', labels.slice(1).join(', ')])
      const message = `It has ${labels.length} labels; the first is its class, the others an attribute.`
      this.issues.push(noted(place, 'import/several-labels', message))
    }
    for (const result of group.results) {
      if (ANSWERS.has(result.type)) {
        const answer = answerOf(result)
        if (answer !== null) found.push([result.fromName, answer])
      } else if (result.type !== 'textarea' && !isShapeWord(wordOf(result.type)) && result.type !== 'labels')
        this.issues.push(noted(place, 'import/other-fields', `Its ${result.type} is not kept.`))
    }
    return found
  }

  #aside(entry: ResultGroup['results'][number]['entry'], speaker: Speaker): readonly (readonly [string, string])[] {
    const [note, parent] = [metaText(entry), own(entry, 'parentID')]
    return [
      ...(note === null ? [] : [['meta.text', note] as const]),
      ...(typeof parent === 'string' ? [['parentID', parent] as const] : []),
      ...(speaker.modelVersion === null || this.#isOurs ? [] : [['model_version', speaker.modelVersion] as const])
    ]
  }

  #relate(
    entry: ResultGroup['results'][number]['entry'],
    from: string,
    to: string,
    imageKey: string,
    record: string
  ): void {
    const labels = own(entry, 'labels')
    const list: readonly unknown[] = Array.isArray(labels) ? labels : [labels ?? []].flat()
    const names = list.filter((label): label is string => typeof label === 'string' && label !== '')
    if (!(Array.isArray(labels) || labels === undefined || labels === null) || names.length < list.length) {
      const message = `The labels of a relation should be a list of texts, not ${nameValue(labels)}; what is none is left out.`
      this.issues.push(doubted(this.#place(record), 'import/bad-label', message))
    }
    const predicate = names.length === 0 ? 'related to' : names.join(', ')
    const direction = own(entry, 'direction')
    const ends: (readonly [string, string])[] = []
    if (direction !== 'left') ends.push([from, to])
    if (direction === 'left' || direction === 'bi') ends.push([to, from])
    for (const [subject, object] of ends)
      this.relations.push({ type: 'relation', imageKey, subject, predicate, object })
  }
}

const asQuad = (shape: AnnotationShape): AnnotationShape => {
  if (shape.type !== 'polygon' || shape.points.length !== 4) return shape
  const [a, b, c, d] = shape.points
  return a !== undefined && b !== undefined && c !== undefined && d !== undefined
    ? { type: 'quad', points: [a, b, c, d] }
    : shape
}
