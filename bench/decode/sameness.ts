/** @file Bars 11 and 12: logits computed in different ways, and WebGPU. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openModel } from '../../src-main/inference/open-model'
import { readModelFolder } from '../../src-main/inference/repo/model-folder'
import { loadRuntime } from '../../src-main/inference/runtime'
import { askOnGpu } from '../../src-main/inference/testing/ask-gpu'
import { TINY } from '../../src-main/inference/testing/tiny-graphs'
import { writeTinyModel } from '../../src-main/inference/testing/tiny-model'
import type { Row } from '../lib/row'
import { PICTURE } from './against-peer'
import { FALCONET, randomModel } from './models'
import { told } from './rows'

const TOLERANCE = 1e-4

/** As the engine finds it when a model is opened: edited against unedited rows, cached against uncached. */
async function worstOf(dir: string): Promise<number> {
  const model = await openModel(await loadRuntime(), await readModelFolder(dir), { providers: ['cpu'], threads: 1 })
  const reason = model.decoding?.reason ?? ''
  await model.release()
  return Number(/(?:largest difference|off by) ([\d.e+-]+)/.exec(reason)?.[1] ?? NaN)
}

export async function measureSameness(): Promise<readonly Row[]> {
  const dir = await mkdtemp(join(tmpdir(), 'eyrie-bench-gpu-'))
  try {
    for (const attention of ['concat', 'group-query'] as const)
      await writeTinyModel(join(dir, attention), { id: attention, spec: { ...TINY, attention } })
    const rows: Row[] = []
    for (const [name, folder] of [
      ['falconet', FALCONET],
      ['tiny', await randomModel('tiny')],
      ['group-query', join(dir, 'group-query')]
    ] as const) {
      const worst = await worstOf(folder)
      rows.push(
        told(
          `bar 11 · ${name}: largest difference of logits, new rows only and cached against whole`,
          `≤ ${TOLERANCE}`,
          worst <= TOLERANCE,
          worst.toExponential(1)
        )
      )
    }
    for (const [name, folder] of [
      ['falconet', FALCONET],
      ['concat', join(dir, 'concat')],
      ['group-query', join(dir, 'group-query')]
    ] as const) {
      const found = await askOnGpu(folder, PICTURE, name === 'falconet' ? 4 : 8, [
        'Where is the dog?',
        'What is at [0.500,0.500]?'
      ])
      const isThere = found.provider === 'webgpu'
      const isSame = JSON.stringify(found.gpu) === JSON.stringify(found.cpu) && found.prefixReused[1] === true
      rows.push(
        told(
          `bars 11, 12 · ${name} on WebGPU: two questions behind one picture on the device, as on the CPU`,
          `same tokens; ≤ ${TOLERANCE}`,
          isThere ? isSame && found.worstLogit <= TOLERANCE : null,
          isThere
            ? `${isSame ? 'same tokens' : 'tokens DIFFER'}; logits differ by ${found.worstLogit.toExponential(1)}; ${found.strategy}`
            : `no adapter: ${found.notes.join('; ')}`
        )
      )
    }
    return rows
  } finally {
    await rm(dir, { recursive: true })
  }
}
