/**
 * @file One reader over one file, in a process of its own, so that its memory is its own: `read-child.ts READER FILE`.
 * Every reader sees every annotation once and gives the same sums; prints them with its time and its peak memory.
 */
import { createReadStream, readFileSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'

export interface Annotation {
  readonly bbox: readonly number[]
  readonly segmentation: readonly (readonly number[])[]
}
export interface ChildResult {
  readonly wallMs: number
  readonly cpuMs: number
  readonly peakBytes: number
  readonly annotations: number
  readonly numbers: number
  readonly widths: number
}

type Take = (annotation: Annotation) => void
type Reader = (path: string, take: Take) => Promise<void>
const CHUNK = 1 << 20

/** Imported before the clock starts. */
async function readerOf(name: string): Promise<Reader> {
  switch (name) {
    case 'eyrie': {
      const { splitJson } = await import('../../src-shared/formats/reading/json-splitter')
      return async (path, take) => {
        for await (const batch of splitJson(path, createReadStream(path, { highWaterMark: CHUNK })))
          if (batch.kind === 'elements' && batch.section === 'annotations')
            for (const annotation of batch.elements) take(annotation as Annotation)
      }
    }
    case 'JSON.parse':
      return async (path, take) => {
        const file = JSON.parse(readFileSync(path, 'utf8')) as { readonly annotations: readonly Annotation[] }
        for (const annotation of file.annotations) take(annotation)
      }
    case 'stream-json': {
      const { parser } = await import('stream-json')
      const { pick } = await import('stream-json/filters/pick.js')
      const { streamArray } = await import('stream-json/streamers/stream-array.js')
      const { default: chain } = await import('stream-chain')
      return async (path, take) => {
        const pipeline = chain([
          createReadStream(path, { highWaterMark: CHUNK }),
          parser({ packValues: true, streamValues: false }),
          pick({ filter: 'annotations' }),
          streamArray()
        ])
        for await (const { value } of pipeline as AsyncIterable<{ value: unknown }>) take(value as Annotation)
      }
    }
    case '@streamparser/json': {
      const { JSONParser } = await import('@streamparser/json')
      return async (path, take) => {
        const parser = new JSONParser({ paths: ['$.annotations.*'], keepStack: false })
        parser.onValue = ({ value }) => take(value as unknown as Annotation)
        for await (const chunk of createReadStream(path, { highWaterMark: CHUNK })) parser.write(chunk as Uint8Array)
      }
    }
    case 'clarinet': {
      const { buildWithClarinet } = await import('./clarinet-tree')
      return async (path, take) => {
        const parser = buildWithClarinet('annotations', (value) => take(value as Annotation))
        const decoder = new StringDecoder('utf8')
        for await (const chunk of createReadStream(path, { highWaterMark: 1 << 16 }))
          parser.write(decoder.write(chunk as Buffer))
        parser.close()
      }
    }
    default:
      throw new Error(`expected a reader, got ${name}`)
  }
}

const [name = '', path = ''] = process.argv.slice(2)
const read = await readerOf(name)
const result = { annotations: 0, numbers: 0, widths: 0 }
const cpu = process.cpuUsage()
const started = performance.now()
await read(path, ({ bbox, segmentation }) => {
  result.annotations++
  result.widths += bbox[2] ?? NaN
  result.numbers += segmentation[0]?.length ?? NaN
})
const wallMs = performance.now() - started
const { user, system } = process.cpuUsage(cpu)
const peakBytes = process.resourceUsage().maxRSS * 1024
process.stdout.write(JSON.stringify({ wallMs, cpuMs: (user + system) / 1000, peakBytes, ...result }))
