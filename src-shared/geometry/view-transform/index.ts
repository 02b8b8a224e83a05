export * from './build'
export * from './transform'
export { isExifOrientation } from './step'
export type { ExifOrientation, OrientStep, ResizeStep, ViewStep, WindowStep } from './step'
