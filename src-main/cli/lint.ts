/** @file `eyrie lint`: checks of grounding data over a whole project. */
import { counted } from '../../src-shared/counted'
import { Option } from 'commander'
import type { Command } from 'commander'
import type { ImageDocument } from '../../src-shared/document/records'
import type { LintFinding, LintFix, LintSeverity } from '../../src-shared/lint/finding'
import { LINT_RULES, createLinter } from '../../src-shared/lint/lint'
import { LINT_PICTURES } from '../../src-shared/ipc/contract'
import type { LintPictures } from '../../src-shared/ipc/contract'
import { arePicturesCompared, splitsByFolder } from '../core/lint/pictures'
import { lookAt } from './export'
import { note, printJson, printLine, printTable, usageError } from './output'
import type { Streams } from './output'
import { withProject } from './project'
import type { CliRooms } from './rooms'

export interface LintCommandOptions {
  readonly without: readonly string[]
  /** Findings printed for each rule; the counts are of all. */
  readonly limit: number
  /** Whether pictures are compared; `auto`: when folders name more than one split. */
  readonly pictures: LintPictures
  readonly json: boolean
}

export function listRules(json: boolean, streams: Streams): void {
  if (json) return printJson(streams, LINT_RULES)
  printTable(
    streams,
    LINT_RULES.map(({ id, severity, title, fixes }) => [id, severity, title.en, title['zh-CN'], fixes.join(', ')])
  )
}

const FIXES: Readonly<Record<LintFix['kind'], string>> = {
  'delete-region': 'delete the region',
  'replace-shape': 'mend its shape',
  link: 'link the words',
  relink: 'take off the link',
  rewrite: 'mend the words',
  'merge-label': 'merge the labels'
}
const sayFix = (fix: LintFix | null): string => (fix === null ? '' : `; suggested: ${FIXES[fix.kind]}`)

interface RuleCount {
  readonly rule: string
  readonly severity: LintSeverity
  count: number
}

/** Resolves to false when there is an error or a warning. */
export async function lintProject(
  path: string,
  options: LintCommandOptions,
  cli: CliRooms,
  streams: Streams
): Promise<boolean> {
  const unknown = options.without.filter((id) => !LINT_RULES.some((rule) => rule.id === id))
  if (unknown.length > 0)
    throw usageError(`There is no rule ${unknown.join(', ')}.`, 'List them with: eyrie lint --rules')
  return withProject(cli, path, async (store) => {
    const splits = await splitsByFolder(store)
    const isCompared = arePicturesCompared(options.pictures, splits)
    const alike = isCompared ? await lookAt(store, cli, streams)() : null
    if (alike !== null && alike.unseen > 0)
      note(streams, `eyrie: not compared, since they could not be looked at: ${counted(alike.unseen, 'image')}`)
    const linter = createLinter(await store.listLabels(), {
      without: options.without,
      splitOf: (id) => splits.get(id) ?? null,
      ...(alike === null ? {} : { clusterOf: alike.clusterOf })
    })
    const counts = new Map<string, RuleCount>()
    const shown: LintFinding[] = []
    let images = 0
    const take = (findings: readonly LintFinding[]): void => {
      for (const finding of findings) {
        const { rule, severity } = finding
        const known = counts.get(rule) ?? { rule, severity, count: 0 }
        counts.set(rule, known)
        known.count++
        if (known.count <= options.limit) shown.push(finding)
      }
    }
    const look = (document: ImageDocument): void => {
      images++
      take(linter.document(document))
    }
    for await (const document of store.documents('all')) look(document)
    take(linter.finish())
    const totals = [...counts.values()]
    if (options.json) printJson(streams, { images, counts: totals, findings: shown })
    else {
      for (const { severity, rule, file, message, fix } of shown)
        printLine(streams, `${file ?? 'project'}: ${severity}: ${message} (${rule})${sayFix(fix)}`)
      const all = totals.reduce((sum, { count }) => sum + count, 0)
      if (shown.length < all) note(streams, `eyrie: ${all - shown.length} more; see them with --limit or --json`)
      note(streams, `eyrie: ${counted(images, 'image')}, ${counted(all, 'finding')}`)
    }
    return totals.every(({ severity }) => severity === 'note')
  })
}

/** `finish` runs a command and makes its exit code of what it resolves to. */
export function addLintCommand(
  program: Command,
  cli: CliRooms,
  streams: Streams,
  finish: (outcome: Promise<boolean | void>) => Promise<void>
): void {
  program
    .command('lint')
    .description('check words against regions, shapes, labels and splits; exit 1 when there is an error or a warning')
    .argument('[project]')
    .option('--rules', 'list the rules instead')
    .option('--without <rule...>', 'leave rules out; repeatable')
    .option('--limit <number>', 'findings to print for each rule', '20')
    .addOption(
      new Option('--pictures <when>', 'compare what images look like; auto: when folders name more than one split')
        .choices(LINT_PICTURES)
        .default('auto')
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
JSON: {images, counts: [{rule, severity, count}], findings}
  findings  [{rule, severity, message, translations, file, imageId, regionIds, turnId, labelId, words, other, fix}]
  fix       null, or the change that is suggested: {kind, …}; of kinds ${Object.keys(FIXES).join(', ')}
      --rules [{id, severity, title, fixes}]

Example: eyrie lint labels.eyrie --pictures always --json`
    )
    .action(
      (
        path: string | undefined,
        options: {
          rules?: boolean
          without?: string[]
          limit: string
          pictures: LintCommandOptions['pictures']
          json?: boolean
        }
      ) => {
        const json = options.json ?? false
        if (options.rules === true) return finish(Promise.resolve(listRules(json, streams)))
        const limit = Number(options.limit)
        if (path === undefined || !Number.isInteger(limit) || limit < 0)
          return finish(Promise.reject(usageError('A project and a whole --limit are needed.', 'eyrie lint --help')))
        return finish(
          lintProject(path, { without: options.without ?? [], limit, pictures: options.pictures, json }, cli, streams)
        )
      }
    )
}
