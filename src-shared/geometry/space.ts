/**
 * @file Coordinate spaces as types. A number pair means nothing without its space, so each space
 * is a brand that cannot be written by hand: values come from the constructors below, from the
 * conversions in `convert.ts` or through a `ViewTransform`.
 *
 * Canonical space: *normalized*, fractions of the original image after EXIF rotation ("upright"),
 * origin top-left, x right, y down, edges not pixel centres. 0 is the left/top border of the first
 * pixel, 1 the right/bottom border of the last one. Values outside 0..1 are data, not an error.
 */

declare const normalizedSpace: unique symbol
declare const pixelSpace: unique symbol
declare const paddedSpace: unique symbol
declare const storedSpace: unique symbol
declare const viewSpace: unique symbol

type Quad = readonly [x0: number, y0: number, x1: number, y1: number]
type Pair = readonly [x: number, y: number]

/** `[x0, y0, x1, y1]` = left, top, right, bottom as fractions of the upright original image. */
export type NormalizedBox = Quad & { readonly [normalizedSpace]: 'box' }
/** `[x, y]` as fractions of the upright original image. */
export type NormalizedPoint = Pair & { readonly [normalizedSpace]: 'point' }
/** `[x0, y0, x1, y1]` in pixels of the upright original image. */
export type PixelBox = Quad & { readonly [pixelSpace]: 'box' }
/** `[x, y]` in pixels of the upright original image. */
export type PixelPoint = Pair & { readonly [pixelSpace]: 'point' }
/** `[x0, y0, x1, y1]` as fractions of the square canvas the image was centred on. */
export type PaddedBox = Quad & { readonly [paddedSpace]: 'box' }
/** `[x, y]` as fractions of the square canvas the image was centred on. */
export type PaddedPoint = Pair & { readonly [paddedSpace]: 'point' }
/** `[x0, y0, x1, y1]` in pixels of the picture as its file stores it, before EXIF rotation. */
export type StoredBox = Quad & { readonly [storedSpace]: 'box' }
/** `[x, y]` in pixels of the picture as its file stores it, before EXIF rotation. */
export type StoredPoint = Pair & { readonly [storedSpace]: 'point' }
/** `[x0, y0, x1, y1]` in pixels of a view: the picture padded, cropped or resized, as a network sees it. */
export type ViewBox = Quad & { readonly [viewSpace]: 'box' }
/** `[x, y]` in pixels of a view: the picture padded, cropped or resized, as a network sees it. */
export type ViewPoint = Pair & { readonly [viewSpace]: 'point' }

/** Pixels. Never a bare pair: width and height get swapped otherwise. */
export interface ImageSize {
  readonly width: number
  readonly height: number
}

export const normalizedBox = (x0: number, y0: number, x1: number, y1: number): NormalizedBox =>
  [x0, y0, x1, y1] as unknown as NormalizedBox
export const normalizedPoint = (x: number, y: number): NormalizedPoint => [x, y] as unknown as NormalizedPoint
export const pixelBox = (x0: number, y0: number, x1: number, y1: number): PixelBox =>
  [x0, y0, x1, y1] as unknown as PixelBox
export const pixelPoint = (x: number, y: number): PixelPoint => [x, y] as unknown as PixelPoint
export const paddedBox = (x0: number, y0: number, x1: number, y1: number): PaddedBox =>
  [x0, y0, x1, y1] as unknown as PaddedBox
export const paddedPoint = (x: number, y: number): PaddedPoint => [x, y] as unknown as PaddedPoint
export const storedBox = (x0: number, y0: number, x1: number, y1: number): StoredBox =>
  [x0, y0, x1, y1] as unknown as StoredBox
export const storedPoint = (x: number, y: number): StoredPoint => [x, y] as unknown as StoredPoint
export const viewBox = (x0: number, y0: number, x1: number, y1: number): ViewBox =>
  [x0, y0, x1, y1] as unknown as ViewBox
export const viewPoint = (x: number, y: number): ViewPoint => [x, y] as unknown as ViewPoint
