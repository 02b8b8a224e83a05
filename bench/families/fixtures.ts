/** @file The tiny models of `models/export/fixtures`, with what the reference implementation answered. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import type { JsonObject } from '../../src-main/inference/families/family'

export const FIXTURES = resolve(import.meta.dirname, '../../models/export/fixtures')

/** A tensor of the reference: all of it, or the values at some places of its flat order. */
export type Stored =
  | { readonly dims: readonly number[]; readonly float32: string }
  | { readonly dims: readonly number[]; readonly samples: readonly (readonly [place: number, value: number])[] }

export interface Answered {
  readonly picture: string
  readonly question: string
  readonly promptIds: readonly number[]
  readonly answerIds: readonly number[]
  readonly feeds: Readonly<Record<string, Stored>>
}

export interface Detected {
  readonly picture: string
  readonly threshold: number
  readonly feeds: Readonly<Record<string, Stored>>
}

export interface Fixture {
  readonly name: string
  readonly dir: string
  readonly config: JsonObject
  readonly preprocessor: JsonObject
  readonly reference: {
    readonly answers?: readonly Answered[]
    /** Answers to the whole view alone, of models that are shown parts too. */
    readonly wholeAnswers?: readonly Answered[]
    readonly detections?: readonly Detected[]
    /** Of Grounding DINO. */
    readonly grounded?: readonly (Detected & { readonly text: string; readonly textThreshold: number })[]
    /** Of OWL-ViT and OWLv2. */
    readonly worded?: readonly (Detected & {
      readonly labels: readonly string[]
      readonly promptIds: readonly (readonly number[])[]
    })[]
    /** Of SAM and SAM 2. */
    readonly segments?: readonly {
      readonly picture: string
      readonly points: readonly (readonly [x: number, y: number, label: number])[]
      readonly box: readonly [number, number, number, number] | null
    }[]
  }
}

export const pictureOf = (name: string): string => resolve(FIXTURES, 'pictures', `${name}.png`)

/** Those of families and detectors in full precision; other tools have a layout of their own. */
export function readFixtures(): readonly Fixture[] {
  const has = (...path: readonly string[]): boolean => existsSync(resolve(FIXTURES, ...path))
  const names = readdirSync(FIXTURES).filter(
    (name) =>
      has(name, 'config.json') &&
      ['model', 'embed_tokens', 'prompt_encoder_mask_decoder'].some((graph) => has(name, `onnx/${graph}.onnx`))
  )
  const all = names.sort().map((name): Fixture => {
    const dir = resolve(FIXTURES, name)
    const read = (file: string): JsonObject => JSON.parse(readFileSync(resolve(dir, file), 'utf8')) as JsonObject
    return {
      name,
      dir,
      config: read('config.json'),
      preprocessor: read('preprocessor_config.json'),
      reference: read('reference.json') as Fixture['reference']
    }
  })
  return all.filter(({ reference: { answers, detections, grounded, worded, segments } }) =>
    [answers, detections, grounded, worded, segments].some((records) => records !== undefined)
  )
}

export function storedValues(stored: Stored): readonly (readonly [place: number, value: number])[] {
  if ('samples' in stored) return stored.samples
  const bytes = Buffer.from(stored.float32, 'base64')
  return Array.from({ length: bytes.length / 4 }, (_, place) => [place, bytes.readFloatLE(place * 4)])
}

/** One step of 255 in units of the model's input. */
export function stepOf(preprocessor: JsonObject): number {
  const std = (preprocessor['image_std'] as readonly number[] | undefined) ?? [1]
  return 1 / 255 / (preprocessor['do_normalize'] === false ? 1 : Math.min(...std))
}
