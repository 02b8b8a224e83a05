import type { Command } from './command'
import type { StudioState } from '../state/studio-state'
import { setState, stateOf } from '../state/studio'
import type { Studio } from '../state/studio'

export const hasImage = (state: StudioState): boolean => state.document?.image.status === 'ok'
export const canEdit = (state: StudioState): boolean => hasImage(state) && state.project?.readOnly === false

const chooseTool =
  (tool: StudioState['tool']) =>
  (studio: Studio): void => {
    studio.handles.canvas?.cancelGesture()
    setState(studio, { tool, link: null })
  }

export const toolCommands: readonly Command[] = [
  {
    id: 'tool.select',
    label: 'command.tool.select',
    group: 'tools',
    keys: ['V'],
    isEnabled: hasImage,
    run: chooseTool('select')
  },
  {
    id: 'tool.box',
    label: 'command.tool.box',
    group: 'tools',
    keys: ['R'],
    isEnabled: canEdit,
    run: chooseTool('box')
  },
  {
    id: 'tool.polygon',
    label: 'command.tool.polygon',
    group: 'tools',
    keys: ['N'],
    isEnabled: canEdit,
    run: chooseTool('polygon')
  },
  {
    id: 'tool.point',
    label: 'command.tool.point',
    group: 'tools',
    keys: ['F'],
    isEnabled: canEdit,
    run: chooseTool('point')
  },
  {
    id: 'tool.pan',
    label: 'command.tool.pan',
    group: 'tools',
    keys: ['P'],
    isEnabled: hasImage,
    run: chooseTool('pan')
  },
  {
    id: 'view.fit',
    label: 'command.view.fit',
    group: 'view',
    keys: ['0', 'Mod+0'],
    isEnabled: hasImage,
    run: ({ handles }) => handles.canvas?.fit()
  },
  {
    id: 'view.actual',
    label: 'command.view.actual',
    group: 'view',
    keys: ['Mod+1'],
    isEnabled: hasImage,
    run: ({ handles }) => handles.canvas?.actualSize()
  },
  {
    id: 'view.zoomIn',
    label: 'command.view.zoomIn',
    group: 'view',
    keys: ['+', '='],
    isEnabled: hasImage,
    run: ({ handles }) => handles.canvas?.zoomBy(1.25)
  },
  {
    id: 'view.zoomOut',
    label: 'command.view.zoomOut',
    group: 'view',
    keys: ['-'],
    isEnabled: hasImage,
    run: ({ handles }) => handles.canvas?.zoomBy(0.8)
  },
  {
    id: 'view.cancel',
    label: 'command.view.cancel',
    group: 'tools',
    keys: ['Escape'],
    isEnabled: (state) => state.screen === 'studio',
    run: cancelOneLevel
  }
]

/** Escape takes back one thing at a time: the half-drawn region, the link, the tool, the selection. */
function cancelOneLevel(studio: Studio): void {
  const state = stateOf(studio)
  if (studio.handles.canvas?.cancelGesture()) return
  if (state.link) setState(studio, { link: null })
  else if (state.tool !== 'select') setState(studio, { tool: 'select' })
  else if (state.selection.length > 0) setState(studio, { selection: [] })
}
