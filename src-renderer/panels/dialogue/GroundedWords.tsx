import type { KeyboardEvent, ReactElement, ReactNode } from 'react'
import type { GroundedNode, RegionId } from '../../../src-shared/grounded/nodes'
import { useChip, useStudio, useStudioState } from '../../app/studio-context'
import { chipOf } from '../../app/state/chips'
import { pathText } from '../../app/state/linking'
import { highlightRegions, selectRegions } from '../../app/state/selecting'
import { useT } from '../../i18n/translate'
import { regionColourStyle } from '../../ui/region-colour'

/** Words with their regions. Text is inert: it is only ever a text node of the page (H3). */
export function GroundedWords({
  nodes,
  parent = []
}: {
  readonly nodes: readonly GroundedNode[]
  readonly parent?: readonly number[]
}): ReactElement {
  return (
    <>
      {nodes.map((node, index) => {
        const path = [...parent, index]
        return <GroundedWord key={pathText(path)} node={node} path={path} />
      })}
    </>
  )
}

function GroundedWord({ node, path }: { readonly node: GroundedNode; readonly path: readonly number[] }): ReactElement {
  const t = useT()
  if (node.type === 'text') return <span data-node-path={pathText(path)}>{node.value}</span>
  if (node.type === 'mention') {
    return (
      <>
        {node.regionIds.map((id) => (
          <RegionChip key={id} id={id} />
        ))}
      </>
    )
  }
  if (node.type === 'phrase') {
    const { words, blank } = withoutEndBlank(node.children)
    return (
      <>
        <PhraseLink ids={node.regionIds} path={path}>
          <GroundedWords nodes={words} parent={path} />
        </PhraseLink>
        {blank}
      </>
    )
  }
  return (
    <span className="raw-words mono" title={t('turn.raw', { reason: node.reason })}>
      {node.value}
    </span>
  )
}

/** The blank before a written region belongs to its phrase, but nobody underlines it. */
function withoutEndBlank(nodes: readonly GroundedNode[]): {
  readonly words: readonly GroundedNode[]
  readonly blank: string
} {
  const last = nodes.at(-1)
  if (last?.type !== 'text') return { words: nodes, blank: '' }
  const value = last.value.trimEnd()
  return { words: [...nodes.slice(0, -1), { ...last, value }], blank: last.value.slice(value.length) }
}

function useRegionPointing(ids: readonly RegionId[]): {
  readonly isHovered: boolean
  readonly handlers: {
    readonly onMouseEnter: () => void
    readonly onMouseLeave: () => void
    readonly onFocus: () => void
    readonly onBlur: () => void
    readonly onClick: () => void
    readonly onKeyDown: (event: KeyboardEvent) => void
  }
} {
  const studio = useStudio()
  const isHovered = useStudioState((state) => state.hovered !== null && ids.includes(state.hovered))
  const select = (): void => {
    // A click that ends a selection of words is not a click on the phrase.
    if (window.getSelection()?.isCollapsed !== false) selectRegions(studio, ids, { reveal: true })
  }
  return {
    isHovered,
    handlers: {
      onMouseEnter: () => highlightRegions(studio, ids),
      onMouseLeave: () => highlightRegions(studio, []),
      onFocus: () => highlightRegions(studio, ids),
      onBlur: () => highlightRegions(studio, []),
      onClick: select,
      onKeyDown: (event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        select()
      }
    }
  }
}

function PhraseLink({
  ids,
  path,
  children
}: {
  readonly ids: readonly RegionId[]
  readonly path: readonly number[]
  readonly children: ReactNode
}): ReactElement {
  const t = useT()
  const first = ids[0]
  const colour = useStudioState((state) => (first ? chipOf(t, state, first).colour : 'transparent'))
  const isRejected = useStudioState(
    (state) =>
      ids.length > 0 &&
      ids.every((id) => state.document?.regions.find((region) => region.id === id)?.state === 'rejected')
  )
  const { isHovered, handlers } = useRegionPointing(ids)
  if (!first) return <span className="phrase-empty">{children}</span>
  return (
    <span
      role="button"
      tabIndex={0}
      className="phrase-link"
      data-hovered={isHovered}
      data-rejected={isRejected}
      data-phrase=""
      data-node-path={pathText(path)}
      data-testid="phrase-link"
      style={regionColourStyle(colour)}
      {...handlers}
    >
      {children}
      {ids.length > 1 ? <sup className="phrase-count numeric">{ids.length}</sup> : null}
    </span>
  )
}

/** A region standing as a word of a turn. */
export function RegionChip({ id }: { readonly id: RegionId }): ReactElement {
  const chip = useChip(id)
  const { isHovered, handlers } = useRegionPointing([id])
  return (
    <span
      role="button"
      tabIndex={0}
      className={`chip ${chip.missing ? 'chip-missing' : ''} ${isHovered ? 'chip-hovered' : ''}`}
      data-testid="chip-region"
      data-region-id={id}
      style={regionColourStyle(chip.colour)}
      {...handlers}
    >
      <span className="dot" />
      <span className="chip-name">{chip.name}</span>
      {chip.text ? <span className="chip-text mono">{chip.text}</span> : null}
    </span>
  )
}
