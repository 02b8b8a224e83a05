/** @file The worker of `npm run fuzz`: a stretch of inputs for each message, and its tally as the answer. */
import '../from-source.mjs'
import { parentPort, workerData } from 'node:worker_threads'

const { runStretch, targetOf } = await import('../../src-main/testing/fuzz/stretch.ts')
const targets = new Map()

parentPort.on('message', async ({ format, seed, from, to }) => {
  const target = targets.get(format) ?? (await targetOf(format))
  targets.set(format, target)
  parentPort.postMessage(await runStretch(target, seed, from, to, (index) => (workerData.begun[0] = index)))
})
