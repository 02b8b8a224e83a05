/** @file Every tool the app can run. A new one is added here and nowhere else. */
import { readdir } from 'node:fs/promises'
import { detr } from './detr'
import { groundingDino } from './grounding-dino'
import { owl } from './owl'
import { ppOcr } from './pp-ocr'
import { sam } from './sam'
import type { Tool, ToolFolder } from './tool'
import { yolo } from './yolo'

export const TOOLS: readonly Tool[] = [ppOcr, detr, groundingDino, owl, sam, yolo]

/** The tool whose files are in `dir`; null when it is no tool's folder. */
export async function readToolFolder(dir: string): Promise<ToolFolder | null> {
  const names = new Set(await readdir(dir))
  for (const tool of TOOLS) {
    const folder = await tool.recognise(dir, names)
    if (folder !== null) return folder
  }
  return null
}
