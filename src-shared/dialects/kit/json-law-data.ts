/** @file What the laws of every JSON dialect are run with. For test files only. */
export const JSON_CONNECTORS = [' is ', ', ', '\n', ' 和 ', '. ', ']', '}\n', '"']
export const JSON_PHRASES = ['the dog', '击掌', '"STOP"', "woman's hat [1]", '{"a": 1}', 'line\nbreak', '\\', '```', '']
export const JSON_NOISE = [
  ...['```json\n', '```', '\n```\n', '{', '}', '{{', '[{', '}]', '"a": ', "'a': ", '"', "'", '\\', ':', ',\n\t'],
  ...['{"a": 1}', '{"a": [', '"label": "x"', '"label": "', 'null', '-', '[1, 2, 3, 4]', '[1, 2', '{"label": "x", ']
]
export const JSON_SLOW_PATTERNS = [
  ...['{', '[', '{"', "{'", '{"a":', '{"a":[', '{"a":{"b":[1,2],"c":', '{ ', '[ ', '{"a":1},', '{a:', '```json\n[{'],
  ...['"', '{"\'{\'"', '}', '\n```', '{"a":"\\', ',', '{"a":1,"a":', ' ', 'x ']
]
