import { expect, test } from 'vitest'
import { importProblem, importsOf } from './layers.mjs'

test.each([
  ['src-main/core/core.ts', '../../src-renderer/app/rpc'],
  ['src-renderer/app/rpc.ts', '../../src-main/core/ports'],
  ['src-shared/geometry/convert.ts', '../document/records'],
  ['src-shared/geometry/convert.ts', '../grounded/nodes'],
  ['src-shared/grounded/nodes.ts', '../dialects/dialect'],
  ['src-shared/document/records.ts', '../ipc/contract'],
  ['src-shared/formats/coco.ts', '../../src-main/files/write'],
  ['src-shared/errors.ts', './geometry/space'],
  ['src-preload/index.ts', '../src-shared/ipc/contract'],
  ['src-preload/index.ts', '../src-shared/errors'],
  ['src-main/core/core.ts', 'better-sqlite3'],
  ['src-main/store/worker.ts', 'better-sqlite3'],
  ['src-main/inference/host.ts', 'onnxruntime-node'],
  ['src-main/core/core.ts', 'electron'],
  ['src-main/shell/serve/server.ts', 'electron'],
  ['src-renderer/app/main.tsx', 'electron/renderer'],
  ['src-shared/ipc/contract.ts', 'zod'],
  ['src-shared/grounded/nodes.ts', 'zod'],
  ['src-shared/dialects/dialect.ts', 'node:fs'],
  ['src-shared/geometry/space.ts', 'react'],
  ['src-renderer/app/rpc.ts', 'node:fs'],
  ['src-main/core/core.ts', 'react'],
  ['src-main/core/core.ts', '../../scripts/lib/paths.mjs'],
  ['src-main/core/core.ts', '../store/client'],
  ['src-main/core/projects.ts', '../media/service'],
  ['src-main/core/models.ts', '../inference/repo/catalogue'],
  ['src-main/core/core.ts', '../shell/log'],
  ['src-main/core/compose.ts', '../shell/log'],
  ['src-main/core/core.ts', '../testing/pictures'],
  ['src-main/store/client.ts', '../media/decode'],
  ['src-main/store/client.ts', '../core/core'],
  ['src-main/files/scan.ts', '../media/decode'],
  ['src-main/media/service.ts', '../inference/limits'],
  ['src-main/inference/service.ts', '../media/service'],
  ['src-main/inference/host.ts', '../store/client'],
  ['src-main/shell/serve/run.ts', '../../store/client'],
  ['src-main/shell/serve/run.ts', '../../cli/output'],
  ['src-main/cli/project.ts', '../store/client'],
  ['src-main/cli/rooms.ts', '../shell/serve/run']
])('%s may not import %s', (file, specifier) => {
  expect(importProblem(file, specifier)).toEqual(expect.any(String))
})

test.each([
  ['src-main/core/core.ts', '../../src-shared/ipc/contract'],
  ['src-main/core/core.ts', './ports'],
  ['src-main/core/core.ts', '../files/inside'],
  ['src-main/core/compose.ts', '../store/client'],
  ['src-main/core/compose.ts', '../inference/service'],
  ['src-main/core/core.test.ts', '../store/client'],
  ['src-main/store/client.ts', '../core/ports'],
  ['src-main/store/open-project.ts', '../files/process-identity'],
  ['src-main/inference/image/read-pixels.ts', '../../media/decode'],
  ['src-main/shell/serve/run.ts', '../../core/compose'],
  ['src-main/cli/rooms.ts', '../shell/app-places'],
  ['src-main/testing/test-core.ts', '../store/client'],
  ['src-renderer/app/rpc.ts', '../../src-shared/ipc/wire'],
  ['src-shared/grounded/nodes.ts', '../geometry/region-shape'],
  ['src-shared/grounded/nodes.ts', '../errors'],
  ['src-shared/dialects/shikra/parse.ts', '../dialect'],
  ['src-shared/document/records.ts', '../grounded/nodes'],
  ['src-shared/ipc/contract.ts', '../document/records'],
  ['src-shared/ipc/schemas.ts', 'zod'],
  ['src-shared/grounded/schema.ts', 'zod'],
  ['src-preload/index.ts', '../src-shared/ipc/channels'],
  ['src-preload/index.ts', 'electron'],
  ['src-main/store/database.ts', 'better-sqlite3'],
  ['src-main/inference/runtime.ts', 'onnxruntime-node'],
  ['src-main/shell/electron/window.ts', 'electron'],
  ['src-main/core/core.ts', 'node:fs/promises'],
  ['src-shared/ipc/wire.test.ts', 'vitest'],
  ['src-renderer/main.tsx', 'react-dom/client']
])('%s may import %s', (file, specifier) => {
  expect(importProblem(file, specifier)).toBeNull()
})

test('finds every way to import, types included, and none in comments', () => {
  const source = `
    import a from './a'
    import type { B } from "./b"
    import {
      c,
      d
    } from './c'
    export { e } from './e'
    export * from './f'
    import './side-effect'
    const g = await import('./g')
    let h: import('./h').H
    // import x from './commented'
    /* import y from './also-commented' */
  `
  expect(importsOf(source).sort()).toEqual(['./a', './b', './c', './e', './f', './g', './h', './side-effect'])
})
