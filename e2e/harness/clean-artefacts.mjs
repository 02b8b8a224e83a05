/** @file Screenshots of this run only. */
import { mkdirSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'

export function setup() {
  const folder = resolve(import.meta.dirname, '../artefacts')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
}
