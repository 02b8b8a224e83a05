/**
 * @file What the numbers of a `bndbox` count. [Note: Edges of Pascal VOC]
 *
 * The original data counts pixels from 1 and includes both (VOC2007 development kit, `VOCinit`; Detectron2 reads it so):
 * pixels 1 to 500 of a picture of 500 are the edges 0 to 500. supervision 0.31 writes so too (fixtures/reference).
 * LabelImg, CVAT and Datumaro write edges from 0 under the same names. A file does not say which; the rules, in order:
 *
 *  1. the person's setting;
 *  2. a file that Eyrie wrote, or whose `source` names VOC, counts pixels from 1;
 *  3. any other has edges from 0. A doubt is told, unless a 0 or a fraction among them shows that it must be so.
 */
import { pixelBox } from '../../geometry/space'
import type { PixelBox } from '../../geometry/space'
import { doubted } from '../kit/issue'
import { childOf, childText } from '../kit/xml'
import type { XmlElement } from '../kit/xml'
import type { ImportIssue } from '../reading/item'
import type { ReaderSetting } from '../reading/reader'

export type EdgeRule = 'pixels-from-1' | 'edges-from-0'

export const EDGES: ReaderSetting = {
  id: 'edges',
  about: 'what the numbers of a box count',
  values: [
    { value: 'auto', about: 'pixels from 1 where the file names VOC as its source, else edges from 0' },
    { value: 'pixels-from-1', about: 'the original, and supervision: pixels from 1, both included' },
    { value: 'edges-from-0', about: 'LabelImg, CVAT, Datumaro: edges from 0' }
  ]
}

export interface FileEdges {
  readonly rule: EdgeRule
  /** Rule 3: nothing says so. */
  readonly isGuessed: boolean
}

export function edgesOf(root: XmlElement, setting: string | undefined): FileEdges {
  if (setting === 'pixels-from-1' || setting === 'edges-from-0') return { rule: setting, isGuessed: false }
  const source = childOf(root, 'source')
  const words = source === null ? '' : `${childText(source, 'database') ?? ''} ${childText(source, 'annotation') ?? ''}`
  if (childOf(root, 'eyrie') !== null || /\bvoc ?20\d\d\b|pascal voc/i.test(words))
    return { rule: 'pixels-from-1', isGuessed: false }
  return { rule: 'edges-from-0', isGuessed: true }
}

/** Edges in pixels, whatever the file counts. */
export const edgesFromNumbers = (
  [x0, y0, x1, y1]: readonly [number, number, number, number],
  rule: EdgeRule
): PixelBox => (rule === 'edges-from-0' ? pixelBox(x0, y0, x1, y1) : pixelBox(x0 - 1, y0 - 1, x1, y1))

/** Over all files: what their numbers say about the rule they were read by. */
export class EdgeDoubts {
  #guessed = 0
  #firstGuessed: string | null = null
  #isShown = false
  #contradicting = 0
  #firstContradicting: string | null = null

  see(file: string, { rule, isGuessed }: FileEdges, numbers: readonly (readonly number[])[]): void {
    const isFromZero = numbers.some((each) => each.some((value) => value === 0 || !Number.isInteger(value)))
    if (isGuessed && numbers.length > 0) {
      this.#guessed++
      this.#firstGuessed ??= file
      if (isFromZero) this.#isShown = true
    }
    if (rule === 'pixels-from-1' && numbers.some((each) => each.slice(0, 2).includes(0))) {
      this.#contradicting++
      this.#firstContradicting ??= file
    }
  }

  *issues(): Generator<ImportIssue> {
    if (this.#firstGuessed !== null && !this.#isShown) {
      const message = `Nothing in ${this.#guessed} files says whether boxes count pixels from 1, as the original VOC does, or edges from 0, as most tools do. They were read as edges from 0; if that is wrong, boxes lie up to one pixel off. The setting “edges” decides.`
      yield doubted({ file: this.#firstGuessed }, 'import/edges-unknown', message)
    }
    if (this.#firstContradicting !== null) {
      const message = `${this.#contradicting} files were read as counting pixels from 1, but have boxes that begin at 0. The setting “edges” decides.`
      yield doubted({ file: this.#firstContradicting }, 'import/edges-contradict', message)
    }
  }
}
