/** @file What the inference host finds in its environment besides what every host does. */

/** What a graphics driver may need to find itself. */
const DRIVER_VARIABLES = ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES', 'XDG_RUNTIME_DIR']

/**
 * [Note: Large pages] Every token reads all weights of a model. In pages of 4 KiB a tenth of that time goes into looking
 * pages up; glibc (2.35 and later) asks for pages of 2 MiB when its allocator is told so; others ignore it. Measured where the host
 * is a forked Node; Electron brings an allocator of its own, and what that makes of it was not measured.
 */
const LARGE_PAGES = 'glibc.malloc.hugetlb'

/** GLIBC_TUNABLES with large pages; a choice that is made there already stays. */
function tunables(given: string | undefined): string {
  if (given === undefined || given === '') return `${LARGE_PAGES}=1`
  return given.includes(LARGE_PAGES) ? given : `${given}:${LARGE_PAGES}=1`
}

/** Of `env`, the environment of this process. */
export function inferenceHostEnvironment(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform
): Readonly<Record<string, string>> {
  const drivers = DRIVER_VARIABLES.flatMap((name): [string, string][] => {
    const value = env[name]
    return value === undefined ? [] : [[name, value]]
  })
  return {
    ...Object.fromEntries(drivers),
    ...(platform === 'linux' ? { GLIBC_TUNABLES: tunables(env['GLIBC_TUNABLES']) } : {})
  }
}
