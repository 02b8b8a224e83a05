/** @file How a path is shown to the person it belongs to. */

/** The home folder as `~`. */
export function displayPath(path: string, home: string): string {
  if (path === home) return '~'
  return path.startsWith(`${home}/`) || path.startsWith(`${home}\\`) ? `~${path.slice(home.length)}` : path
}
