/** node e2e/standin/run.mjs out/main/index.js [arguments]: the unmodified main bundle with `electron` resolved to the stand-in. */
import { registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const url = new URL('./electron.mjs', import.meta.url).href
registerHooks({
  resolve: (specifier, context, next) =>
    /^electron(\/main)?$/.test(specifier) ? { url, shortCircuit: true } : next(specifier, context)
})
process.argv.splice(1, 1)
await import(pathToFileURL(resolve(process.argv[1])).href)
const { boot } = await import(url)
await boot()
