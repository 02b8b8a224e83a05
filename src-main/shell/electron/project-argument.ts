/** What follows `--project` (or `--project=`) in a command line; Electron adds flags of its own around it. */
export function projectArgument(argv: readonly string[]): string | null {
  const at = argv.findIndex((arg) => arg === '--project' || arg.startsWith('--project='))
  const arg = argv[at]
  if (arg === undefined) return null
  return arg.includes('=') ? arg.slice('--project='.length) : (argv[at + 1] ?? null)
}
