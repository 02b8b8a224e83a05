import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import type { RelationRecord } from '../../../src-shared/document/records'
import { relationsOf } from '../../../src-shared/document/relation-edits'
import type { RegionId } from '../../../src-shared/grounded/nodes'
import { canEdit } from '../../app/commands/tool-commands'
import { addRelation, deleteRelation } from '../../app/state/edits'
import { highlightRegions, selectRegions } from '../../app/state/selecting'
import { useChip, useStudio, useStudioState } from '../../app/studio-context'
import { useT } from '../../i18n/translate'
import { IconButton } from '../../ui/Button'
import { regionColourStyle } from '../../ui/region-colour'
import { Section } from './Section'

/** What a region has to do with others: "man · riding · horse". Nothing when it has nothing to do with any. */
export function RelationsOf({ id }: { readonly id: RegionId }): ReactElement | null {
  const t = useT()
  const document = useStudioState((state) => state.document)
  const relations = document ? relationsOf(document, id) : []
  if (relations.length === 0) return null
  return (
    <Section title={t('relation.title')}>
      <RelationList relations={relations} />
    </Section>
  )
}

function RelationList({ relations }: { readonly relations: readonly RelationRecord[] }): ReactElement {
  const t = useT()
  return (
    <ul className="relations" aria-label={t('relation.title')}>
      {relations.map((relation) => (
        <RelationRow key={relation.id} relation={relation} />
      ))}
    </ul>
  )
}

function RelationRow({ relation }: { readonly relation: RelationRecord }): ReactElement {
  const t = useT()
  const studio = useStudio()
  const editable = useStudioState(canEdit)
  const { id, subject, predicate, object } = relation
  return (
    <li
      className="relation"
      data-testid="relation"
      onMouseEnter={() => highlightRegions(studio, [subject, object])}
      onMouseLeave={() => highlightRegions(studio, [])}
    >
      <span className="relation-words">
        <RegionLink id={subject} /> <span className="relation-dot">·</span> {predicate}{' '}
        <span className="relation-dot">·</span> <RegionLink id={object} />
      </span>
      <IconButton
        size="sm"
        side="left"
        label={t('relation.delete')}
        disabled={!editable}
        data-testid="relation-delete"
        onClick={() => deleteRelation(studio, id)}
      >
        <Trash2 size={14} />
      </IconButton>
    </li>
  )
}

function RegionLink({ id }: { readonly id: RegionId }): ReactElement {
  const studio = useStudio()
  const chip = useChip(id)
  return (
    <button
      type="button"
      className="relation-region"
      title={chip.fullName}
      onClick={() => selectRegions(studio, [id], { reveal: true })}
    >
      <span className="swatch" style={regionColourStyle(chip.colour)} />
      {chip.name}
    </button>
  )
}

/** Two selected regions: what is said of them, and a field to say more. The one selected first is the subject. */
export function RelatePair({ ids }: { readonly ids: readonly [RegionId, RegionId] }): ReactElement {
  const t = useT()
  const studio = useStudio()
  const editable = useStudioState(canEdit)
  const document = useStudioState((state) => state.document)
  const [words, setWords] = useState('')
  const [subject, object] = ids
  const said = (document?.relations ?? []).filter(
    (relation) => ids.includes(relation.subject) && ids.includes(relation.object)
  )
  return (
    <Section title={t('relation.title')}>
      {said.length > 0 ? <RelationList relations={said} /> : null}
      <form
        className="relation-form"
        onSubmit={(event) => {
          event.preventDefault()
          if (addRelation(studio, subject, words, object)) setWords('')
        }}
      >
        <RegionLink id={subject} />
        <input
          className="field field-sm"
          aria-label={t('relation.predicate')}
          placeholder={t('relation.placeholder')}
          data-testid="relation-predicate"
          disabled={!editable}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <RegionLink id={object} />
      </form>
    </Section>
  )
}
