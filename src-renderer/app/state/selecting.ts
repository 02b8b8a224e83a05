import type { RegionId } from '../../../src-shared/grounded/nodes'
import { setState } from './studio'
import type { Studio } from './studio'

export function selectRegions(
  studio: Studio,
  ids: readonly RegionId[],
  options: { readonly reveal?: boolean } = {}
): void {
  setState(studio, { selection: ids })
  const first = ids[0]
  if (options.reveal && first) studio.handles.canvas?.reveal(first)
}

export const highlightRegions = (studio: Studio, ids: readonly RegionId[]): void =>
  setState(studio, { highlighted: ids })
