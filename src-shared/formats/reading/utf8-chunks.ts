/** @file A file's bytes as UTF-8, whatever it is written in. What is UTF-8 already passes through as it is. */
import { StrictDecoder, encodingOf } from './text-encoding'

declare const TextEncoder: new () => { encode(text: string): Uint8Array }

const HEAD_BYTES = 4

/** Bytes of a text file in any encoding that `encodingOf` tells, as UTF-8 without a mark. A chunk may be reused once it was taken. */
export async function* asUtf8(
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  let head: Uint8Array | null = new Uint8Array(0)
  let decoder: StrictDecoder | null = null
  const begin = (first: Uint8Array): Uint8Array => {
    const encoding = encodingOf(first)
    if (encoding.name === 'utf-8') return first.subarray(encoding.markBytes)
    decoder = new StrictDecoder(path, encoding)
    return encoder.encode(decoder.push(first))
  }
  for await (const chunk of chunks) {
    if (head !== null) {
      const joined: Uint8Array = new Uint8Array(head.byteLength + chunk.byteLength)
      joined.set(head)
      joined.set(chunk, head.byteLength)
      head = joined
      if (head.byteLength < HEAD_BYTES) continue
      yield begin(head)
      head = null
    } else yield decoder === null ? chunk : encoder.encode((decoder as StrictDecoder).push(chunk))
  }
  if (head !== null) yield begin(head)
  if (decoder !== null) yield encoder.encode((decoder as StrictDecoder).end())
}
