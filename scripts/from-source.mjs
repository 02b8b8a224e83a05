/**
 * Lets Node run the project's TypeScript as it is: relative imports without extension find their
 * `.ts` or the `index.ts` of their folder. For workers and child processes of tests and benches: `node --import ./scripts/from-source.mjs x.ts`.
 * Node itself strips the types (22.18 and later), so nothing is built and stack traces name the source.
 */
import { existsSync } from 'node:fs'
import { enableCompileCache, registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

// Every worker and child compiles the same sources again; the cache lies in the system's temporary folder.
enableCompileCache()

registerHooks({
  resolve(specifier, context, nextResolve) {
    const parent = context.parentURL
    if (/^\.\.?\//.test(specifier) && parent?.startsWith('file:')) {
      for (const ending of ['.ts', '/index.ts']) {
        const asSource = new URL(specifier + ending, parent)
        if (existsSync(fileURLToPath(asSource))) return nextResolve(asSource.href, context)
      }
    }
    return nextResolve(specifier, context)
  }
})
