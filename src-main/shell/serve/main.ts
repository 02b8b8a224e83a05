/** @file Entry `out/main/serve.js`. */
import { serveUntilStopped } from './index'

process.exit(await serveUntilStopped(process.argv.slice(2)))
