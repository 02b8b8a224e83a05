/** @file The parts of the group by name. Rows are numbered as the bars that the engine is held to. */
import type { BenchOptions, Row } from '../lib/row'
import { measureAgainstPeer, measureStrategies } from './against-peer'
import { measureFalconet } from './falconet'
import { measureHost } from './host'
import { measureSameness } from './sameness'

const MID = { box: 1, shipped: 5, byHand: 2.5, free: 3, cold: 1, batch: { oneByOne: 1.8, together: 1.3 } } as const
const SMALL = { box: 3, shipped: 3, byHand: null, free: null, cold: 1, batch: null } as const

const PARTS = {
  mid576: (options) => measureAgainstPeer('mid576', MID, options),
  tiny: (options) => measureAgainstPeer('tiny', SMALL, options),
  strategies: (options) => measureStrategies(options),
  falconet: (options) => measureFalconet(options),
  host: (options) => measureHost(options),
  sameness: () => measureSameness()
} as const satisfies Readonly<Record<string, (options: BenchOptions) => Promise<readonly Row[]>>>

export type PartName = keyof typeof PARTS
export const PART_NAMES = Object.keys(PARTS) as readonly PartName[]

export const measurePart = (name: PartName, options: BenchOptions): Promise<readonly Row[]> => PARTS[name](options)
