import { MousePointer2 } from 'lucide-react'
import type { ReactElement } from 'react'
import type { RegionRecord } from '../../../src-shared/document/records'
import { intersectionOverUnion } from '../../../src-shared/geometry/iou'
import { useChip, useStudio, useStudioState } from '../../app/studio-context'
import { selectedRegions } from '../../app/commands/selection'
import { regionInDialect } from '../../app/state/chips'
import { currentModel } from '../../app/state/dialogue'
import { assignLabel, renameRegion } from '../../app/state/edits'
import { formatDay, formatClock, formatFraction, formatPercent, formatPixels } from '../../app/state/format'
import { useLanguage, useT } from '../../i18n/translate'
import { CommitField } from '../../ui/CommitField'
import { regionColourStyle } from '../../ui/region-colour'
import { LabelInput } from '../regions/LabelInput'
import { Popover } from '../../ui/Popover'
import { CoordinateFields } from './CoordinateFields'
import { valuesOf } from './coordinates'
import { MaskActions } from './MaskActions'
import { RelatePair, RelationsOf } from './Relations'
import { ShownRegions } from './ShownRegions'
import { Row, Section } from './Section'
import { hasOpenPoints, shapeSummary } from './shape-summary'

export function DetailsPanel(): ReactElement {
  const t = useT()
  const state = useStudioState((whole) => whole)
  const chosen = selectedRegions(state)
  const region = chosen[0]
  const [subject, object] = state.selection
  if (chosen.length === 2 && subject !== undefined && object !== undefined) {
    return (
      <div className="details" data-testid="details">
        <header className="details-head">
          <h3>{t('details.many', { count: 2 })}</h3>
        </header>
        <RelatePair key={`${subject} ${object}`} ids={[subject, object]} />
        <MaskActions />
      </div>
    )
  }
  if (!region || chosen.length > 1) {
    return (
      <div className="empty">
        <MousePointer2 size={22} />
        <strong>{chosen.length > 1 ? t('details.many', { count: chosen.length }) : t('details.none')}</strong>
        <p>{t('details.noneNext')}</p>
        <MaskActions />
      </div>
    )
  }
  return <RegionDetails key={region.id} region={region} />
}

function RegionDetails({ region }: { readonly region: RegionRecord }): ReactElement {
  const t = useT()
  const studio = useStudio()
  const state = useStudioState((whole) => whole)
  const size = state.document?.image.size ?? null
  const label = state.labels.find((other) => other.id === region.labelId)
  const chip = useChip(region.id)
  const isLocked = state.project?.readOnly ?? true
  return (
    <div className="details" data-testid="details">
      <header className="details-head">
        <span className="swatch" style={regionColourStyle(chip.colour)} />
        <h3 className="truncate">{chip.fullName}</h3>
        <span
          className={`tag ${region.state === 'proposed' ? 'tag-proposal' : region.state === 'rejected' ? 'tag-danger' : ''}`}
        >
          {t(`region.state.${region.state}`)}
        </span>
      </header>
      <Section title={t('details.naming')}>
        <Row name={t('details.label')}>
          <Popover
            label={t('label.assign')}
            className="label-popover"
            trigger={
              <button type="button" className="label-button" disabled={isLocked}>
                {label?.name ?? t('label.none')}
              </button>
            }
          >
            <LabelInput
              value={region.labelId}
              autoFocus
              onChoose={(labelId) => assignLabel(studio, [region.id], labelId)}
            />
          </Popover>
        </Row>
        <Row name={t('details.phrase')}>
          <CommitField
            value={region.phrase ?? ''}
            label={t('details.phrase')}
            placeholder={t('details.phrasePlaceholder')}
            disabled={isLocked}
            testId="details-phrase"
            onCommit={(phrase) => renameRegion(studio, region.id, phrase)}
          />
        </Row>
      </Section>
      {size ? (
        <Section title={t('details.place')}>
          <ShapeSummary region={region} />
          <CoordinateFields region={region} size={size} disabled={isLocked} />
        </Section>
      ) : null}
      <RelationsOf id={region.id} />
      <MaskActions />
      <AttributesOf region={region} />
      <ModelText region={region} />
      <Origin region={region} />
      {region.original ? <Correction region={region} /> : null}
    </div>
  )
}

function ShapeSummary({ region }: { readonly region: RegionRecord }): ReactElement | null {
  const t = useT()
  const summary = shapeSummary(t, region.shape)
  return summary === null ? null : (
    <p className="details-note numeric" data-testid="details-shape">
      {summary}
      {hasOpenPoints(region.shape) ? <span className="details-hint">{t('shape.pointsHint')}</span> : null}
    </p>
  )
}

/** What a file kept beside the region; kept and written again, not edited here. */
function AttributesOf({ region }: { readonly region: RegionRecord }): ReactElement | null {
  const t = useT()
  const attributes = Object.entries(region.attributes ?? {})
  if (attributes.length === 0) return null
  return (
    <Section title={t('details.attributes')}>
      {attributes.map(([name, value]) => (
        <Row key={name} name={name}>
          {String(value)}
        </Row>
      ))}
    </Section>
  )
}

function ModelText({ region }: { readonly region: RegionRecord }): ReactElement | null {
  const t = useT()
  const model = useStudioState(currentModel)
  const size = useStudioState((state) => state.document?.image.size ?? null)
  const explained = regionInDialect(region.shape, size, model)
  if (!model || !explained) return null
  const { text, cellPx, losses } = explained
  return (
    <Section title={t('details.modelText', { dialect: model.dialect })}>
      <p className="mono details-text" data-testid="details-text">
        {text}
      </p>
      <p className="details-note numeric">
        {t('details.cell', { width: formatPixels(cellPx.width), height: formatPixels(cellPx.height) })}
      </p>
      {losses.map((loss) => (
        <p key={loss.code} className="prompt-loss">
          {loss.message}
        </p>
      ))}
    </Section>
  )
}

function Origin({ region }: { readonly region: RegionRecord }): ReactElement {
  const t = useT()
  const language = useLanguage()
  const { provenance } = region
  return (
    <Section title={t('details.origin')}>
      <Row name={t('details.madeBy')}>{t(`origin.${provenance.origin}`)}</Row>
      {provenance.modelId ? (
        <Row name={t('details.model')}>
          {provenance.modelId}
          {provenance.modelRevision ? (
            <span className="details-note"> · {provenance.modelRevision.slice(0, 12)}</span>
          ) : null}
        </Row>
      ) : null}
      {provenance.provider ? <Row name={t('details.provider')}>{provenance.provider}</Row> : null}
      {region.confidence === null ? null : <Row name={t('region.confidence')}>{formatPercent(region.confidence)}</Row>}
      <ShownRegions ids={provenance.shownRegions ?? []} />
      <Row name={t('details.made')}>
        {formatDay(region.createdAtMs, language)} {formatClock(region.createdAtMs, language)}
      </Row>
    </Section>
  )
}

/** A person's shape against the model's first one. */
function Correction({ region }: { readonly region: RegionRecord }): ReactElement {
  const t = useT()
  const { shape, original } = region
  const numbers = original ? valuesOf(original).map(formatFraction).join(', ') : ''
  return (
    <Section title={t('details.correction')}>
      <Row name={t('details.original')}>
        <span className="mono">{numbers}</span>
      </Row>
      {shape.type === 'box' && original?.type === 'box' ? (
        <Row name="IoU">
          <span className="mono">{intersectionOverUnion(shape.box, original.box).toFixed(3)}</span>
        </Row>
      ) : null}
    </Section>
  )
}
