export * from './polygon-overlap'
export * from './ratio'
export * from './rotated-box'
