/** @file clarinet gives events only; this puts the elements of one section together, as its users have to. */
import clarinet from 'clarinet'

interface Events {
  onopenobject: (key?: string) => void
  onkey: (key: string) => void
  oncloseobject: () => void
  onopenarray: () => void
  onclosearray: () => void
  onvalue: (value: unknown) => void
  write(text: string): void
  close(): void
}

export function buildWithClarinet(section: string, take: (value: unknown) => void): Events {
  const parser = clarinet.parser() as Events
  const stack: (unknown[] | Record<string, unknown>)[] = []
  const keys: string[] = []
  let depth = 0
  let isInside = false
  let topKey = ''
  const put = (value: unknown): void => {
    const holder = stack.at(-1)
    if (holder === undefined) take(value)
    else if (Array.isArray(holder)) holder.push(value)
    else holder[keys.at(-1) ?? ''] = value
  }
  const open = (value: unknown[] | Record<string, unknown>): void => {
    if (stack.length > 0) put(value)
    stack.push(value)
  }
  const close = (): void => {
    const value = stack.pop()
    if (stack.length === 0) take(value)
  }
  const named = (key: string): void => {
    if (isInside) keys[keys.length - 1] = key
    else if (depth === 1) topKey = key
  }
  parser.onkey = named
  parser.onopenobject = (key) => {
    depth++
    if (isInside) {
      open({})
      keys.push(key ?? '')
    } else if (key !== undefined) named(key)
  }
  parser.oncloseobject = () => {
    depth--
    if (!isInside) return
    keys.pop()
    close()
  }
  parser.onopenarray = () => {
    depth++
    if (isInside) open([])
    else if (depth === 2 && topKey === section) isInside = true
  }
  parser.onclosearray = () => {
    depth--
    if (!isInside) return
    if (stack.length > 0) close()
    else isInside = false
  }
  parser.onvalue = (value) => {
    if (isInside) put(value)
  }
  return parser
}
