/** @file `eyrie endpoints …`: model servers. Nothing is sent to one before it was allowed by name (I1). */
import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import type { DialectSpace } from '../../src-shared/dialects/dialect'
import { needDialect } from '../core/models'
import { note, printJson, printLine, printTable } from './output'
import type { Streams } from './output'
import type { CliRooms } from './rooms'

interface PutOptions {
  readonly url: readonly string[]
  readonly model: string
  readonly dialect: string
  readonly space: DialectSpace
  readonly name?: string
  readonly keyVariable?: string
  readonly json?: boolean
}

type Finish = (outcome: Promise<boolean | undefined>) => Promise<void>

const jsonOption = (): Option => new Option('--json', 'print JSON')

async function list(json: boolean, cli: CliRooms, streams: Streams): Promise<undefined> {
  const endpoints = await cli.rooms().endpoints.list()
  if (json) printJson(streams, endpoints)
  else if (endpoints.length === 0) note(streams, 'eyrie: there are no servers yet. See eyrie endpoints add --help')
  else {
    printTable(
      streams,
      endpoints.map(({ id, model, dialect, baseUrls, isAllowed }) => [
        id,
        model,
        dialect,
        baseUrls.join(' '),
        isAllowed ? 'allowed' : 'nothing is sent yet'
      ])
    )
  }
  return undefined
}

async function put(id: string, options: PutOptions, cli: CliRooms, streams: Streams): Promise<undefined> {
  const { url, model, dialect, space, name = id, keyVariable = null } = options
  needDialect(dialect)
  const info = await cli.rooms().endpoints.put({ id, name, baseUrls: url, model, dialect, space, keyVariable })
  if (options.json === true) printJson(streams, info)
  else if (info.isAllowed) printLine(streams, `${id}: saved.`)
  else {
    const hosts = info.hosts.map(({ host }) => host).join(', ')
    printLine(streams, `${id}: saved. Nothing is sent to it yet.`)
    printLine(
      streams,
      `A question sends the whole image and its dialogue to ${hosts}. To allow that: eyrie endpoints allow ${id}`
    )
  }
  return undefined
}

async function allow(id: string, json: boolean, cli: CliRooms, streams: Streams): Promise<undefined> {
  const { endpoints } = cli.rooms()
  const known = (await endpoints.list()).find((endpoint) => endpoint.id === id)
  const hosts = known?.hosts.map(({ host }) => host) ?? []
  const info = await endpoints.allow(id, hosts)
  if (json) printJson(streams, info)
  else printLine(streams, `${id}: images and questions may now be sent to ${hosts.join(', ')}.`)
  return undefined
}

async function check(id: string, json: boolean, cli: CliRooms, streams: Streams): Promise<boolean> {
  const checks = await cli.rooms().endpoints.check(id)
  if (json) printJson(streams, checks)
  else
    printTable(
      streams,
      checks.map(({ url, works, detail, models }) => [
        url,
        works ? 'works' : 'does not',
        detail,
        models.slice(0, 8).join(', ')
      ])
    )
  return checks.every(({ works }) => works)
}

const variableName = (value: string): string => {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(value)) return value
  throw new InvalidArgumentError('It takes the name of an environment variable, never a key.')
}

export function addEndpointCommands(program: Command, cli: CliRooms, streams: Streams, finish: Finish): void {
  const endpoints = program
    .command('endpoints')
    .description('model servers with the OpenAI interface (vLLM, SGLang, llama.cpp, Ollama, LM Studio, transformers)')
  endpoints
    .command('list')
    .description('servers, and whether anything may be sent to them')
    .addOption(jsonOption())
    .action((options: { json?: boolean }) => finish(list(options.json ?? false, cli, streams)))
  endpoints
    .command('add')
    .description('name a server, or change the one of that name; sends nothing')
    .argument('<id>', 'what to call it; `ask --model <id>` asks it')
    .requiredOption('--url <url...>', 'address up to /v1; several are one model on several servers')
    .requiredOption('--model <name>', "the server's name of the model")
    .requiredOption('--dialect <id>', 'how it writes regions (see: eyrie dialect list)')
    .addOption(
      new Option('--space <space>', 'what its coordinates count in')
        .choices(['original', 'padded-square', 'resized'])
        .default('original')
    )
    .option('--name <text>', 'name to show')
    .option('--key-variable <name>', 'environment variable that holds its key', variableName)
    .addOption(jsonOption())
    .action((id: string, options: PutOptions) => finish(put(id, options, cli, streams)))
  endpoints
    .command('allow')
    .description('from now on images and questions may be sent to its hosts')
    .argument('<id>')
    .addOption(jsonOption())
    .action((id: string, options: { json?: boolean }) => finish(allow(id, options.json ?? false, cli, streams)))
  endpoints
    .command('check')
    .description('ask its servers which models they have; exit 1 when one does not work')
    .argument('<id>')
    .addOption(jsonOption())
    .action((id: string, options: { json?: boolean }) => finish(check(id, options.json ?? false, cli, streams)))
  endpoints
    .command('remove')
    .description('forget a server')
    .argument('<id>')
    .action((id: string) =>
      finish(
        cli
          .rooms()
          .endpoints.remove(id)
          .then(() => undefined)
      )
    )
}
