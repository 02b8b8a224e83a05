/** @file Where things are. The bootstrap (scripts/ and scripts/lib) is plain JavaScript for Node 18 and later, without dependencies. */
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
export const inRoot = (...parts) => join(root, ...parts)
