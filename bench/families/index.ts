/**
 * @file The group `families`: every family that transformers.js has a class for, on its tiny model: greedy tokens, the
 * prompt, pixels and boxes of both. Nothing is timed. What differs must be in `explained.ts`, with the reason.
 */
import type { BenchOptions, Group, Row } from '../lib/row'
import { peerVersions } from '../lib/transformers-js'
import { told } from '../decode/rows'
import { compareDetector } from './detectors'
import { readFixtures } from './fixtures'
import { compareLanguage } from './languages'
import { CLASSES, openPeer } from './peer'
import { openToolPeer, TOOL_CLASSES } from './tool-peer'
import { compareTool } from './tools'

export async function measure(_options: BenchOptions): Promise<Group> {
  const only = (process.env['EYRIE_BENCH_ONLY'] ?? '').split(',').filter((part) => part !== '')
  const rows: Row[] = []
  for (const fixture of readFixtures()) {
    if (only.length > 0 && !only.includes(fixture.name)) continue
    if (Object.hasOwn(TOOL_CLASSES, String(fixture.config['model_type']))) {
      const tool = await openToolPeer(fixture)
      if (tool === null) {
        rows.push(told(fixture.name, 'same results', null, 'not measured'))
        continue
      }
      try {
        rows.push(...(await compareTool(fixture, tool)))
      } finally {
        await tool.end()
      }
      continue
    }
    if (!Object.hasOwn(CLASSES, String(fixture.config['model_type']))) {
      rows.push(told(fixture.name, '', null, 'transformers.js has no class for it'))
      continue
    }
    const peer = await openPeer(fixture)
    if (peer === null) {
      rows.push(told(fixture.name, 'same tokens', null, 'not measured'))
      continue
    }
    try {
      const compare = fixture.reference.answers === undefined ? compareDetector : compareLanguage
      rows.push(...(await compare(fixture, peer)))
    } finally {
      await peer.end()
    }
  }
  return { rows, versions: await peerVersions() }
}
