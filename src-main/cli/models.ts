/** @file `eyrie models …`: the model store and what runs on this computer. */
import { counted } from '../../src-shared/counted'
import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError } from '../../src-shared/errors'
import { maskArea } from '../../src-shared/geometry/mask'
import { maskOfShape } from '../../src-shared/geometry/mask-shape'
import { normalizedPoint } from '../../src-shared/geometry/space'
import { text } from '../../src-shared/grounded/build'
import type { ModelInspection, ModelSummary } from '../../src-shared/ipc/contract'
import { answerQuestion } from '../core/answer'
import { chooseMasker, makeMasks } from '../core/masks'
import { chooseModel } from '../core/models'
import { hasImageExtension } from '../files/sniff'
import { note, printJson, printLine, printTable } from './output'
import type { Streams } from './output'
import type { CliRooms } from './rooms'

/** Resolves to whether every model that is listed can be asked. */
export async function listModels(json: boolean, cli: CliRooms, streams: Streams): Promise<boolean> {
  const models = await cli.rooms().inference.listModels()
  if (json) printJson(streams, models)
  else if (models.length === 0)
    note(
      streams,
      'eyrie: there are no models yet. eyrie models known lists some to get; eyrie models add DIR takes a folder.'
    )
  else {
    printTable(
      streams,
      models.map(({ id, state, revision, dialect, space, sizeBytes, problem }) => [
        id,
        state,
        revision,
        `${dialect} (${space})`,
        problem === null ? `${(sizeBytes / 1e6).toFixed(1)} MB` : `${problem.message} ${problem.nextStep}`
      ])
    )
  }
  return models.every(({ state }) => state === 'ready')
}

/** The first sample image. */
async function samplePicture({ places: { sampleDir } }: CliRooms): Promise<string> {
  const sample = (await readdir(sampleDir)).sort().find(hasImageExtension)
  if (sample === undefined) {
    throw new AppError('models/no-sample', `There is no sample image in ${sampleDir}.`, {
      nextStep: 'Install the app again.'
    })
  }
  return join(sampleDir, sample)
}

/** What is in the middle of the picture. */
async function testMasker(
  model: ModelSummary,
  imagePath: string,
  json: boolean,
  cli: CliRooms,
  streams: Streams
): Promise<boolean> {
  const prompt = { points: [{ point: normalizedPoint(0.5, 0.5), isInside: true }], box: null }
  const question = { requestId: randomUUID(), model, imagePath, prompt }
  const { masks, provider, timings, isCancelled } = await makeMasks(question, cli.rooms().inference)
  const areas = masks.map(({ shape, predictedIou }) => {
    const mask = maskOfShape(shape)
    return { areaPx: mask === null ? 0 : maskArea(mask), predictedIou }
  })
  if (json) printJson(streams, { model: model.id, image: basename(imagePath), masks: areas, provider, timings })
  else {
    printLine(streams, `What is at 0.5,0.5? (${basename(imagePath)})`)
    for (const { areaPx, predictedIou } of areas)
      printLine(streams, `a mask of ${areaPx} px, ${Math.round(predictedIou * 100)}% sure`)
    printLine(streams, `${provider}: ${Math.round(timings.totalMs)} ms`)
  }
  return !isCancelled
}

/** Loads the model and asks it about the first sample image. */
export async function testModel(id: string, json: boolean, cli: CliRooms, streams: Streams): Promise<boolean> {
  const { inference, media } = cli.rooms()
  const imagePath = await samplePicture(cli)
  const masker = (await inference.listModels()).find((model) => model.id === id && model.makesMasks === true)
  if (masker !== undefined) return testMasker(await chooseMasker(inference, id), imagePath, json, cli, streams)
  const { model, dialect } = await chooseModel(inference, id)
  const sample = basename(imagePath)
  // A detector that is told what to look for would look for the words of a question.
  const isTold = model.forms.length === 1 && model.forms[0] === 'labels'
  const question = (isTold ? model.examples[0] : undefined) ?? 'What is in the image?'
  let loaded: string | null = null
  const stop = inference.onStatus(({ state, detail }) => {
    if (state === 'ready') loaded = detail
  })
  const answer = await answerQuestion(
    {
      requestId: randomUUID(),
      model,
      dialect,
      imagePath,
      image: (await media.facts(imagePath)).size,
      history: [],
      question: { children: [text(question)], regions: [] },
      regionId: (place) => `answer-${place + 1}`
    },
    inference,
    { progress: () => undefined, isCancelled: () => false }
  )
  stop()
  if (answer.error !== null) throw answer.error
  const { status, provider, timings } = answer
  // What runs on a server cannot be looked into.
  const inspection = model.endpoint === undefined ? await inference.inspect(id, true) : null
  if (json)
    printJson(streams, {
      model: id,
      image: sample,
      question,
      text: answer.text,
      status,
      provider,
      timings,
      loaded,
      inspection
    })
  else {
    printLine(streams, `${question} (${sample})`)
    printLine(streams, answer.text)
    if (loaded !== null) printLine(streams, loaded)
    if (timings !== null) {
      const { promptTokens, newTokens } = timings
      const read = promptTokens === undefined ? '' : `, ${counted(promptTokens, 'token')} read`
      const written = newTokens === undefined ? '' : `, ${newTokens} written`
      printLine(streams, `${provider}: ${Math.round(timings.totalMs)} ms${read}${written}`)
    }
    if (inspection !== null) for (const line of inspectionLines(inspection)) printLine(streams, line)
  }
  return status === 'complete' && inspection?.selfTest?.passed !== false
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`

const KIND_WORDS = {
  concat: 'Concat',
  'group-query': 'GroupQueryAttention',
  if: 'If (two graphs in one)',
  other: 'another kind'
} as const

function inspectionLines(inspection: ModelInspection): readonly string[] {
  const { provider, providerNotes, loadMs, memory, graphs, decoding, selfTest } = inspection
  const test =
    selfTest === null
      ? []
      : [
          `self-test: edited against unedited graph ${selfTest.editedAgainstUnedited.toExponential(1)}, cached against full ${
            selfTest.cachedAgainstFull?.toExponential(1) ?? 'not possible'
          }; allowed ${selfTest.allowed}: ${selfTest.passed ? 'passed' : 'FAILED'}`
        ]
  return [
    `loaded on ${provider} in ${Math.round(loadMs)} ms`,
    ...providerNotes,
    ...graphs.map(({ file, weights, bytes, kind, detail }) =>
      [
        file,
        weights ?? 'weights of its own',
        megabytes(bytes),
        ...(kind === null ? [] : [`keys and values: ${KIND_WORDS[kind]}`]),
        ...(detail === null || kind === 'concat' || kind === 'group-query' ? [] : [detail])
      ].join(', ')
    ),
    ...(decoding === null ? [] : [`${decoding.strategy}: ${decoding.reason}`]),
    ...test,
    `memory of its process: ${megabytes(memory.loadedBytes)} loaded (${megabytes(memory.beforeBytes)} without it), ${megabytes(memory.peakBytes)} at most`
  ]
}

/**
 * Providers one by one, then how a model runs: `id`, or the one that is asked when nobody says which. Resolves to whether
 * any provider works.
 */
export async function probeModels(id: string | null, json: boolean, cli: CliRooms, streams: Streams): Promise<boolean> {
  const { inference } = cli.rooms()
  const providers = await inference.probe()
  const ready = (await inference.listModels()).filter(
    ({ state, endpoint }) => state === 'ready' && endpoint === undefined
  )
  const modelId = id ?? ready[0]?.id ?? null
  const inspection = modelId === null ? null : await inference.inspect(modelId, false)
  if (json) printJson(streams, { providers, model: inspection === null ? null : { id: modelId, ...inspection } })
  else {
    printTable(
      streams,
      providers.map(({ name, works, detail }) => [name, works ? 'works' : 'does not', detail])
    )
    if (inspection !== null) {
      printLine(streams, `${modelId}:`)
      for (const line of inspectionLines(inspection)) printLine(streams, `  ${line}`)
    }
  }
  return providers.some(({ works }) => works)
}
