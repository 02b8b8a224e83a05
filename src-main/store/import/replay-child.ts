/** @file For tests: a process that takes an import back and repeats it until it is killed. Argument: project path. */
import { writeSync } from 'node:fs'
import { openProject } from '../client'

const store = await openProject(process.argv[2] ?? '')
if ((await store.history()).undoLabel === null) await store.redo()
writeSync(1, 'begun\n')
for (;;) {
  await store.undo()
  await store.redo()
}
