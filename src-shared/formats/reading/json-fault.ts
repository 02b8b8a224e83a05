/**
 * @file Where and why a text is not JSON (RFC 8259), in words for people. Slow and exact; asked only once the engine's
 * own parser has refused a text, since its messages differ from version to version and often name no place.
 */

export interface JsonFault {
  /** UTF-16 offset of the first letter that cannot stand there; the text's length when it ends too early. */
  readonly at: number
  readonly reason: string
}

const SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const LITERAL = /true|false|null/y
const WORD = /[\p{L}\p{N}_$+.-]+/uy
// Escapes are checked one by one, so that the fault is the backslash and not the string.
const PLAIN = /[ !#-[\]-\uffff]*/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

const matchAt = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : -1
}

function stringFault(text: string, from: number): JsonFault | number {
  for (let at = from + 1; ;) {
    at = matchAt(PLAIN, text, at)
    if (at >= text.length) return { at: text.length, reason: 'a text that begins with " does not end' }
    if (text[at] === '"') return at + 1
    if (text[at] !== '\\') return { at, reason: 'a line break or control letter stands inside a text' }
    const end = matchAt(ESCAPE, text, at)
    if (end === -1)
      return at + 6 > text.length
        ? { at: text.length, reason: 'a text that begins with " does not end' }
        : { at, reason: `\\${text[at + 1] ?? ''} is no escape` }
    at = end
  }
}

function valueFault(text: string, at: number): JsonFault {
  if (at >= text.length) return { at, reason: 'it ends where a value should stand' }
  const mark = text[at] ?? ''
  if (mark === '/' && /^\/[/*]/.test(text.slice(at, at + 2))) return { at, reason: 'comments are not allowed' }
  if (mark === "'") return { at, reason: 'a text must stand between " and not \'' }
  const wordEnd = matchAt(WORD, text, at)
  const word = wordEnd === -1 ? mark : text.slice(at, Math.min(wordEnd, at + 40))
  if (/^[+-]?(nan|inf(inity)?)/i.test(word)) return { at, reason: `${word} is not a number of JSON` }
  if (/^[-+.\d]/.test(word)) return { at, reason: `${word} is not written as a number of JSON` }
  return { at, reason: `${JSON.stringify(word)} stands where a value should be` }
}

function scalarEnd(text: string, at: number): JsonFault | number {
  if (text[at] === '"') return stringFault(text, at)
  const end = Math.max(matchAt(NUMBER, text, at), matchAt(LITERAL, text, at))
  // `012`, `1.`, `nullable`: a value must end where the next mark begins.
  if (end === -1 || (matchAt(WORD, text, end) > end && !/[,\]}]/.test(text[end] ?? ''))) return valueFault(text, at)
  return end
}

/** null: it is JSON. Not recursive. */
export function findJsonFault(text: string): JsonFault | null {
  const open: ('{' | '[')[] = []
  let at = matchAt(SPACE, text, 0)
  let expects: 'value' | 'first-value' | 'key' | 'first-key' | 'next' = 'value'
  for (;;) {
    const mark = text[at]
    if (expects === 'key' || expects === 'first-key') {
      if (mark === '}' && expects === 'first-key') {
        open.pop()
        at++
        expects = 'next'
      } else if (mark === '"') {
        const end = stringFault(text, at)
        if (typeof end !== 'number') return end
        at = matchAt(SPACE, text, end)
        if (text[at] !== ':') return { at, reason: at >= text.length ? 'it ends after a name' : 'a : is missing' }
        at++
        expects = 'value'
      } else if (mark === '}') return { at, reason: 'a comma stands before }' }
      else if (mark === undefined) return { at, reason: 'it ends inside { }' }
      else {
        const { reason } = valueFault(text, at)
        return { at, reason: reason.includes('comment') ? reason : 'a name must stand between "' }
      }
    } else if (expects === 'next') {
      const last = open.at(-1)
      if (last === undefined) return at >= text.length ? null : { at, reason: 'more stands after its end' }
      if (mark === ',') expects = last === '{' ? 'key' : 'value'
      else if (mark === (last === '{' ? '}' : ']')) open.pop()
      else if (mark === undefined) return { at, reason: `it ends inside ${last === '{' ? '{ }' : '[ ]'}` }
      else if (mark === '/') return valueFault(text, at)
      else return { at, reason: `a comma or ${last === '{' ? '}' : ']'} is missing` }
      at++
    } else if (mark === '{' || mark === '[') {
      open.push(mark)
      expects = mark === '{' ? 'first-key' : 'first-value'
      at++
    } else if (mark === ']' && expects === 'first-value') {
      open.pop()
      expects = 'next'
      at++
    } else if (mark === ']' && open.at(-1) === '[') return { at, reason: 'a comma stands before ]' }
    else {
      const end = scalarEnd(text, at)
      if (typeof end !== 'number') return end
      at = end
      expects = 'next'
    }
    at = matchAt(SPACE, text, at)
  }
}
