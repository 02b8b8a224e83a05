/**
 * @file The commands and their options: the contract that scripts depend on. Exit code 0 ok, 1 a
 * problem was found, 2 wrong usage. Results on stdout, everything else on stderr.
 */
import { Command, CommanderError, Option } from 'commander'
import { addAskCommand } from './ask-command'
import { addBatchCommand } from './batch/command'
import { convertVector, eachLine, formatVector, listDialects, parseVector } from './dialect'
import type { ConvertTarget } from './dialect'
import { explainVector } from './dialect-explain'
import { listTemplates, PROMPT_FIELDS, promptVector } from './dialect-prompt'
import { doctor } from './doctor'
import { addEndpointCommands } from './endpoints'
import { addBuildCommand } from './build-commands'
import { addEvaluateCommands } from './evaluate/commands'
import { addLintCommand } from './lint'
import { listFormats } from './export'
import { addExportCommand } from './export-commands'
import { addImportCommands } from './import-commands'
import { addModelCommands } from './model-commands'
import { EXIT, tellError } from './output'
import type { Streams } from './output'
import { backupProject, checkProject, createProject, projectInfo, restoreProject } from './project'
import { createCliRooms } from './rooms'
import { addSegmentCommand } from './segment'
import type { CliRooms } from './rooms'

interface JsonOption {
  readonly json?: boolean
}

const jsonOption = (): Option => new Option('--json', 'print the result as JSON')

/** What a command says when it is done: true, or that a problem was found. */
type Outcome = Promise<boolean | void>

const DIALECT_FIELDS = `
Fields of a line:
  system, variant?    id of a dialect (eyrie dialect list) and a choice of settings that it names
  settings?           {name: value}, beyond the variant; docs/dialects names them
  mode?               strict (the official reader, default) or lenient
  space?              what fractions mean: original, padded-square, resized; default: the dialect's own
  image?, resized?    {"width", "height"}: the upright original, and what the network saw
  text                parse, convert
  segments?           format: words and {phrase, regions: [index]}
  expect.regions      format: {kind, coords | pixels}; explain: the same under regions`

function buildProgram(cli: CliRooms, streams: Streams, finish: (outcome: Outcome) => Promise<void>): Command {
  const program = new Command('eyrie')
    .description(
      'Words and boxes as one document: ask local referential-dialogue models, keep projects, export training data.'
    )
    .version(cli.places.version)
    .exitOverride()
    .configureOutput({ writeOut: streams.out, writeErr: streams.err })
    .showSuggestionAfterError()

  addAskCommand(program, cli, streams, finish)
  addBatchCommand(program, cli, streams, finish)
  addSegmentCommand(program, cli, streams, finish)

  const project = program.command('project').description('make, inspect, back up and restore project files')
  project
    .command('create')
    .description('make a project file for a folder of images')
    .argument('<path>', 'the .eyrie file to make, or the image folder to make it in')
    .option('--images <dir>', 'folder of the images; default: the folder of the project file')
    .addOption(jsonOption())
    .action((path: string, options: JsonOption & { images?: string }) =>
      finish(createProject(path, options.images ?? null, options.json ?? false, cli, streams))
    )
  project
    .command('info')
    .description('counts and places of a project')
    .argument('<project>')
    .addOption(jsonOption())
    .action((path: string, options: JsonOption) => finish(projectInfo(path, options.json ?? false, cli, streams)))
  project
    .command('check')
    .description('check integrity and checksums; exit 1 when something is wrong')
    .argument('<project>')
    .addOption(jsonOption())
    .action((path: string, options: JsonOption) => finish(checkProject(path, options.json ?? false, cli, streams)))
  project
    .command('backup')
    .description('write a checked copy; default: backups/ beside the project')
    .argument('<project>')
    .argument('[out]', 'file to write')
    .addOption(jsonOption())
    .action((path: string, out: string | undefined, options: JsonOption) =>
      finish(backupProject(path, out ?? null, options.json ?? false, cli, streams))
    )
  project
    .command('restore')
    .description('put a checked backup in the place of a project; what was there is kept')
    .argument('<backup>')
    .argument('<project>', 'the .eyrie file it shall become')
    .addOption(jsonOption())
    .action((backup: string, path: string, options: JsonOption) =>
      finish(restoreProject(backup, path, options.json ?? false, cli, streams))
    )

  addExportCommand(program, cli, streams, finish)
  addImportCommands(program, cli, streams, finish)
  addBuildCommand(program, cli, streams, finish)
  program
    .command('formats')
    .description('formats: which are read and written, what each keeps, and its limits')
    .addOption(jsonOption())
    .action((options: JsonOption) => finish(Promise.resolve(listFormats(options.json ?? false, streams))))

  addModelCommands(program, cli, streams, finish)
  addEndpointCommands(program, cli, streams, finish)
  addEvaluateCommands(program, cli, streams, finish)
  addLintCommand(program, cli, streams, finish)

  program
    .command('serve')
    .description('open the app as a server on this computer')
    .option('--port <number>', 'port to listen on')
    .option('--project <path>', 'project file or image folder to open')
    .action((options: { port?: string; project?: string }) =>
      finish(serve(Object.entries(options).flatMap(([name, value]) => [`--${name}`, value as string])))
    )

  program
    .command('doctor')
    .description('what works on this computer; exit 1 when something that is needed does not')
    .addOption(jsonOption())
    .action((options: JsonOption) => finish(doctor(options.json ?? false, cli, streams)))

  const dialect = program
    .command('dialect')
    .description('grounding dialects: JSON lines on stdin, JSON lines on stdout')
    .addHelpText('after', DIALECT_FIELDS)
  dialect
    .command('list')
    .description('registered dialects')
    .addOption(jsonOption())
    .action((options: JsonOption) => finish(Promise.resolve(listDialects(options.json ?? false, streams))))
  dialect
    .command('parse')
    .description(
      '{id, system, text, mode?, image?} → {id, regions: [{kind, coords, pixels (with an image), phrase, group}], issues: [{code, start, end}]}'
    )
    .action(() => finish(eachLine(streams, parseVector)))
  dialect
    .command('format')
    .description('{id, system, segments?, expect: {regions}} → {id, text, losses}')
    .action(() => finish(eachLine(streams, formatVector)))
  dialect
    .command('convert')
    .description('{id, system, text} → {id, text, losses, issues} in another dialect')
    .requiredOption('--to <id>', 'dialect to write')
    .option('--variant <name>', 'choice of its settings that the dialect names')
    .option('--space <space>', 'original, padded-square or resized; default: the official one')
    .action((options: ConvertTarget) => finish(eachLine(streams, (vector) => convertVector(vector, options))))
  dialect
    .command('explain')
    .description(
      '{id, system, image, regions: [{kind, coords | pixels}]} → exact text, grid cell and worst error in pixels'
    )
    .action(() => finish(eachLine(streams, explainVector)))
  dialect
    .command('prompt')
    .description('{id, system, task, slots} → {id, text, chat, stop, losses}: what a model reads when it is asked')
    .addHelpText('after', PROMPT_FIELDS)
    .action(() => finish(eachLine(streams, promptVector)))
  dialect
    .command('templates')
    .description('systems and the tasks they can be asked for; docs/prompts.md shows the same')
    .addOption(jsonOption())
    .action((options: JsonOption) => finish(Promise.resolve(listTemplates(options.json ?? false, streams))))

  return program
}

async function serve(args: readonly string[]): Promise<boolean> {
  // Only this command needs the shell; the others start faster without it.
  const { serveUntilStopped } = await import('../shell/serve/index')
  const code = await serveUntilStopped(args)
  if (code === EXIT.usage) throw new CommanderError(EXIT.usage, 'eyrie.usage', '')
  return code === EXIT.ok
}

/** Runs one command line; resolves to its exit code. `cli` is given by tests. */
export async function runCli(
  args: readonly string[],
  streams: Streams,
  cli: CliRooms = createCliRooms()
): Promise<number> {
  let exitCode: number = EXIT.ok
  const program = buildProgram(cli, streams, async (outcome) => {
    if ((await outcome) === false) exitCode = EXIT.problem
  })
  try {
    await program.parseAsync([...args], { from: 'user' })
  } catch (thrown) {
    // Commander has written its message by then; help and version end with 0.
    if (thrown instanceof CommanderError) exitCode = thrown.exitCode === 0 ? EXIT.ok : EXIT.usage
    else exitCode = tellError(streams, thrown)
  } finally {
    await cli.close()
  }
  return exitCode
}
