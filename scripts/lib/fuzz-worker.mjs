/** @file The worker of `npm run fuzz`: one stretch of inputs, its tally as the only message. */
import '../from-source.mjs'
import { parentPort, workerData } from 'node:worker_threads'

const { runStretch, targetOf } = await import('../../src-main/testing/fuzz/stretch.ts')
const { format, seed, from, to, begun } = workerData
parentPort.postMessage(await runStretch(await targetOf(format), seed, from, to, (index) => (begun[0] = index)))
