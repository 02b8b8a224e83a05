import type { ReactElement } from 'react'
import type { RegionRecord } from '../../../src-shared/document/records'
import type { ImageSize } from '../../../src-shared/geometry/space'
import { useStudio } from '../../app/studio-context'
import { moveRegions } from '../../app/state/edits'
import { formatPixels } from '../../app/state/format'
import { useT } from '../../i18n/translate'
import { CommitField } from '../../ui/CommitField'
import { edgesOf, hasEditableEdges, parseNumber, pixelsPerUnit, valuesOf, withEdge } from './coordinates'
import type { Unit } from './coordinates'

export interface CoordinateFieldsProps {
  readonly region: RegionRecord
  readonly size: ImageSize
  readonly disabled: boolean
}

/** The exact numbers, both ways: as fractions and as pixels of the upright original. An edit moves the region. */
export function CoordinateFields({ region, size, disabled }: CoordinateFieldsProps): ReactElement {
  const t = useT()
  const studio = useStudio()
  const { shape } = region
  const isEditable = hasEditableEdges(shape)
  const edges = edgesOf(shape)
  const values = valuesOf(shape)
  const commit = (index: number, unit: Unit, text: string): void => {
    const edge = edges[index]
    const number = parseNumber(text)
    if (!edge || number === null) return
    const moved = withEdge(shape, index, unit === 'pixels' ? number / pixelsPerUnit(edge, size) : number)
    if (moved) moveRegions(studio, [{ id: region.id, shape: moved }])
  }
  const units: readonly Unit[] = ['normalized', 'pixels']
  return (
    <table className="coordinates">
      <thead>
        <tr>
          <td />
          {units.map((unit) => (
            <th key={unit} scope="col">
              {t(`details.unit.${unit}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {edges.map((edge, index) => (
          <tr key={edge}>
            <th scope="row">{t(`details.edge.${edge}`)}</th>
            {units.map((unit) => {
              const value = values[index] ?? 0
              const text =
                unit === 'pixels'
                  ? formatPixels(value * pixelsPerUnit(edge, size))
                  : String(Math.round(value * 1e6) / 1e6)
              if (!isEditable) {
                return (
                  <td key={unit} className="mono" data-testid={`edge-${edge}-${unit}`}>
                    {text}
                  </td>
                )
              }
              return (
                <td key={unit}>
                  <CommitField
                    mono
                    disabled={disabled}
                    label={`${t(`details.edge.${edge}`)}, ${t(`details.unit.${unit}`)}`}
                    testId={`edge-${edge}-${unit}`}
                    value={text}
                    onCommit={(typed) => commit(index, unit, typed)}
                  />
                </td>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
