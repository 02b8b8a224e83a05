/**
 * @file A region among the words, drawn by hand: its colour, its name, and the exact text the model
 * will read for it. Redrawn when the region, its label or the model changes.
 */
import type { Node as ProseNode } from 'prosemirror-model'
import type { NodeView } from 'prosemirror-view'
import type { RegionId } from '../../../src-shared/grounded/nodes'
import { chipOf } from '../../app/state/chips'
import type { Chip } from '../../app/state/chips'
import { highlightRegions } from '../../app/state/selecting'
import { stateOf } from '../../app/state/studio'
import type { Studio } from '../../app/state/studio'
import type { StudioState } from '../../app/state/studio-state'

const element = (tag: string, className: string): HTMLElement =>
  Object.assign(document.createElement(tag), { className })

const matters = (a: StudioState, b: StudioState): boolean =>
  a.document !== b.document ||
  a.labels !== b.labels ||
  a.hovered !== b.hovered ||
  a.settings !== b.settings ||
  a.models !== b.models

export class ChipView implements NodeView {
  readonly dom = element('span', 'chip')
  readonly #dot = element('span', 'dot')
  readonly #name = element('span', 'chip-name')
  readonly #text = element('span', 'chip-text mono')
  readonly #studio: Studio
  readonly #stop: () => void
  readonly #id: RegionId

  constructor(studio: Studio, node: ProseNode) {
    this.#studio = studio
    this.#id = String(node.attrs['id'])
    this.dom.dataset['testid'] = 'chip-region'
    this.dom.dataset['regionId'] = this.#id
    this.dom.contentEditable = 'false'
    this.dom.append(this.#dot, this.#name, this.#text)
    this.dom.addEventListener('mouseenter', () => highlightRegions(studio, [this.#id]))
    this.dom.addEventListener('mouseleave', () => highlightRegions(studio, []))
    this.#draw(chipOf(studio.t, stateOf(studio), this.#id))
    this.#stop = studio.store.subscribe((state, before) => {
      if (matters(state, before)) this.#draw(chipOf(studio.t, state, this.#id))
    })
  }

  selectNode(): void {
    this.dom.classList.add('chip-selected')
  }

  deselectNode(): void {
    this.dom.classList.remove('chip-selected')
  }

  ignoreMutation(): boolean {
    return true
  }

  destroy(): void {
    this.#stop()
    highlightRegions(this.#studio, [])
  }

  #draw(chip: Chip): void {
    this.dom.style.setProperty('--region-colour', chip.colour)
    this.dom.classList.toggle('chip-missing', chip.missing)
    this.dom.classList.toggle('chip-hovered', stateOf(this.#studio).hovered === this.#id)
    this.#name.textContent = chip.name
    this.#text.textContent = chip.text ?? ''
    this.dom.title = chip.text ?? chip.name
  }
}
