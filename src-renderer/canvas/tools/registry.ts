import type { Tool } from '../contract'
import { createBoxTool } from './box-tool'
import { createPanTool } from './pan-tool'
import { createPointTool } from './point-tool'
import { createPolygonTool } from './polygon-tool'
import { createSelectTool } from './select-tool'
import type { CanvasTool } from './tool'

/** One machine per tool; a new tool is one line here and one name in the contract. */
export const TOOL_FACTORIES: Readonly<Record<Tool, () => CanvasTool>> = {
  select: createSelectTool,
  box: createBoxTool,
  polygon: createPolygonTool,
  point: createPointTool,
  pan: createPanTool
}
