/** @file Colours that new labels take in turn: apart from each other on photographs in both themes. */
export const LABEL_COLOURS = [
  '#e2574c',
  '#3d9be9',
  '#3fae6a',
  '#e0a92e',
  '#9a6be0',
  '#18a8a8',
  '#e5638a',
  '#8a9a2b',
  '#f08a3c'
] as const

/** Of the label that is `index`-th of its project, from 0. */
export const labelColour = (index: number): string => LABEL_COLOURS[index % LABEL_COLOURS.length] ?? LABEL_COLOURS[0]
