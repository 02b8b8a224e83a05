/** @file What ms-swift replaces in texts (modelscope/ms-swift swift/template/base.py `special_tokens`, 4.6.0). */
export const IMAGE = '<image>'
export const REF = '<ref-object>'
export const BBOX = '<bbox>'
export const PLACEHOLDERS: readonly string[] = [
  ...[IMAGE, REF, BBOX],
  ...['<video>', '<audio>', '<cot-process>', '<start-image>']
]
