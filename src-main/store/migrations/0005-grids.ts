/**
 * @file Outlines of imports on the grid of their file (ADR 0010): where `shape_json` is [[points of each ring], decimals,
 * width, height], `shape_points` holds the points as whole numbers of that grid (point-grid.ts). Tables stay as they
 * are; the number keeps programs away that would take such a row for a damaged one.
 */
import type { Migration } from './migration'

export const grids: Migration = { version: 5, sql: '' }
