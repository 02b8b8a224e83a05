/** @file The commands of `eyrie models`. */
import type { Command } from 'commander'
import { Option } from 'commander'
import { addModel, getKnownModel, knownModels, removeModel } from './model-store'
import type { GetChoice } from './model-store'
import { listModels, probeModels, testModel } from './models'
import type { Streams } from './output'
import type { CliRooms } from './rooms'

interface JsonOption {
  readonly json?: boolean
}
type Finish = (outcome: Promise<boolean | void>) => Promise<void>

const jsonOption = (): Option => new Option('--json', 'print the result as JSON')
const licenceOption = (): Option =>
  new Option(
    '--licence-accepted',
    'you have read the licence and may use the model; needed where its licence does not allow every use'
  )

export function addModelCommands(program: Command, cli: CliRooms, streams: Streams, finish: Finish): void {
  const models = program.command('models').description('the models that can be asked')
  models
    .command('list')
    .description('models and their state')
    .addOption(jsonOption())
    .action((options: JsonOption) => finish(listModels(options.json ?? false, cli, streams)))
  models
    .command('known')
    .description('public models that this version can run, their licences and sizes; asks no server')
    .addOption(jsonOption())
    .action((options: JsonOption) => finish(knownModels(options.json ?? false, cli, streams)))
  models
    .command('get')
    .description('download a known model into the model store; goes on where an earlier try stopped')
    .argument('<id>', 'as eyrie models known lists it')
    .option('--dtype <weights>', 'which weights, such as q4f16; default: the first listed')
    .option('--from <url>', 'a mirror with the same layout; default: EYRIE_MODELS_FROM, else the public hub')
    .option('--dry-run', 'say what it would take and fetch nothing of it')
    .addOption(licenceOption())
    .addOption(jsonOption())
    .action((id: string, options: GetChoice) => finish(getKnownModel(id, options, cli, streams)))
  models
    .command('add')
    .description(
      'copy a model folder, a zip archive of one, or the .onnx file of a YOLO detector into the model store, checked and hashed'
    )
    .argument('<path>')
    .addOption(licenceOption())
    .addOption(jsonOption())
    .action((path: string, options: GetChoice) => finish(addModel(path, options, cli, streams)))
  models
    .command('remove')
    .description('remove a model of the model store, or what has come of a download')
    .argument('<id>')
    .addOption(jsonOption())
    .action((id: string, options: JsonOption) => finish(removeModel(id, options.json ?? false, cli, streams)))
  models
    .command('test')
    .description('let a model answer once, and compare how it is run with its files; exit 1 when they differ')
    .argument('<id>')
    .addOption(jsonOption())
    .action((id: string, options: JsonOption) => finish(testModel(id, options.json ?? false, cli, streams)))
  models
    .command('probe')
    .description('which execution providers truly run here, and how a model runs on them')
    .argument('[id]', 'default: the model that is asked when nobody says which')
    .addOption(jsonOption())
    .action((id: string | undefined, options: JsonOption) =>
      finish(probeModels(id ?? null, options.json ?? false, cli, streams))
    )
}
