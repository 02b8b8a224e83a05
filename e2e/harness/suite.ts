/** @file How specs run: the same one in every shell, each test with its own folders, screenshots kept. */
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { electronShell, standInShell } from './launch-electron'
import { serveShell } from './launch-serve'
import { ARTEFACTS, makePlace } from './places'
import type { TestPlace } from './places'
import type { LaunchOptions, RunningApp, Shell } from './running-app'

const only = process.env.EYRIE_E2E_SHELL
export const SHELLS: readonly Shell[] = [serveShell, standInShell, electronShell].filter(
  (shell) => !only || shell.name === only
)

export interface Stage {
  readonly shell: Shell
  /** Folders of this test. */
  place(): TestPlace
  launch(options?: Omit<LaunchOptions, 'place'>): Promise<RunningApp>
  screenshot(app: RunningApp, name: string): Promise<void>
}

/** Runs `define` for every shell that can run here; the others are one skipped test that says why. */
export function inEveryShell(subject: string, define: (stage: Stage) => void): void {
  for (const shell of SHELLS) {
    if (shell.missing !== null) {
      test.skip(`${subject} (${shell.name}): not run, ${shell.missing}`, () => undefined)
      continue
    }
    describe(`${subject} (${shell.name})`, () => {
      let place: TestPlace | null = null
      const running = new Set<RunningApp>()
      afterEach(async (context) => {
        const failed = context.task.result?.state === 'fail'
        for (const app of running) {
          if (failed)
            await app.page
              .screenshot({ path: join(ARTEFACTS, `failed-${shell.name}-${running.size}.png`) })
              .catch(() => undefined)
          if (failed) process.stderr.write(`${app.output()}\n${app.faults.join('\n')}\n`)
          await app.kill().catch(() => undefined)
        }
        running.clear()
        place?.remove()
        place = null
      })
      define({
        shell,
        place: () => (place ??= makePlace()),
        async launch(options = {}) {
          const app = await shell.launch({ place: (place ??= makePlace()), ...options })
          running.add(app)
          return app
        },
        async screenshot(app, name) {
          await app.page.screenshot({ path: join(ARTEFACTS, `${name}-${shell.name}.png`) })
        }
      })
    })
  }
}

export { expect, test }
