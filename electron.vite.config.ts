import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { resolve } from 'node:path'

const at = (path: string): string => resolve(import.meta.dirname, path)

/** Main has one entry per process it may start; workers and hosts are found beside `index.js` in out/main. */
export default defineConfig({
  main: {
    build: {
      outDir: at('out/main'),
      // Its own entry loads the messages of sixty languages; bundled, what is used of it starts in a third of the time.
      externalizeDeps: { exclude: ['zod'] },
      rollupOptions: {
        input: {
          index: at('src-main/shell/electron/index.ts'),
          cli: at('src-main/cli/index.ts'),
          serve: at('src-main/shell/serve/main.ts'),
          'store-worker': at('src-main/store/worker.ts'),
          'lint-worker': at('src-main/core/lint/worker.ts'),
          'inference-host': at('src-main/inference/host-entry.ts'),
          'media-host': at('src-main/media/host-entry.ts')
        }
      }
    }
  },
  preload: {
    build: {
      outDir: at('out/preload'),
      rollupOptions: {
        input: { index: at('src-preload/index.ts') },
        // A sandboxed preload must be one CommonJS file.
        output: { format: 'cjs', entryFileNames: '[name].cjs' }
      }
    }
  },
  renderer: {
    root: at('src-renderer'),
    base: './',
    plugins: [react()],
    build: {
      outDir: at('out/renderer'),
      minify: true,
      rollupOptions: { input: { index: at('src-renderer/index.html') } }
    }
  }
})
