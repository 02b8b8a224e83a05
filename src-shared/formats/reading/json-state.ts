/** @file Where `json-splitter.ts` stands between the values of a file, and what a file lacks that ends there. */
export type State =
  | 'start'
  | 'first-key'
  | 'key'
  | 'in-key'
  | 'colon'
  | 'section'
  | 'first-element'
  | 'element'
  | 'in-element'
  | 'after-element'
  | 'after-section'
  | 'done'

export const ENDS: Readonly<Record<State, string>> = {
  start: 'it is empty',
  'first-key': 'it ends inside { }',
  key: 'it ends after a comma',
  'in-key': 'it ends inside a name',
  colon: 'it ends after a name',
  section: 'it ends where a value should stand',
  'first-element': 'it ends inside [ ]',
  element: 'it ends after a comma',
  'in-element': 'it ends in the middle of a value',
  'after-element': 'it ends inside [ ]',
  'after-section': 'it ends inside { }',
  done: ''
}
