/**
 * @file Writes the tiny random model of the inference tests to a folder, to try the app or the
 * command line without a real one: `node scripts/with-node.mjs ./scripts/make-tiny-model.mjs DIR`.
 */
import './from-source.mjs'
import { runMain, say } from './lib/stop.mjs'

await runMain(async () => {
  const [, , dir] = process.argv
  if (dir === undefined) {
    say('make-tiny-model: name the folder to write.')
    return 2
  }
  const { writeTinyModel } = await import('../src-main/inference/testing/tiny-model.ts')
  await writeTinyModel(dir)
  say(`make-tiny-model: wrote ${dir}`)
  return 0
})
