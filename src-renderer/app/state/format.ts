/** @file Numbers and times as the window writes them. Pure. */
import type { ImageSize } from '../../../src-shared/geometry/space'

export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 60) return `${Math.round(seconds)} s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${whole % 60} s`
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1)
  const value = bytes / 1000 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power] ?? 'B'}`
}

export const formatClock = (atMs: number, language: string): string =>
  new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hour12: false }).format(atMs)

export const formatDay = (atMs: number, language: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(atMs)

/** How many, grouped so that a large one can be read. */
export const formatCount = (count: number, language: string): string => count.toLocaleString(language)

/** Fraction of the image, as the dialects mostly write it. */
export const formatFraction = (value: number): string => value.toFixed(3)

/** Pixels of the upright original; one decimal, none when whole. */
export const formatPixels = (value: number): string => String(Math.round(value * 10) / 10)

export const formatPercent = (fraction: number): string => `${Math.round(fraction * 100)}%`

export const formatZoom = (scale: number): string =>
  scale < 0.1 ? `${(scale * 100).toFixed(1)}%` : `${Math.round(scale * 100)}%`

export const formatSize = ({ width, height }: ImageSize): string => `${width} × ${height}`
