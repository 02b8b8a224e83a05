/** @file Which images of a project look alike: every picture is looked at once, by the media host, which keeps what it saw. */
import { AppError } from '../../src-shared/errors'
import { NearDuplicates } from '../../src-shared/dataset/near-duplicates'
import { fingerprintFromText } from '../../src-shared/dataset/perceptual-hash'
import type { ImageRecord } from '../../src-shared/document/records'
import { resolveInside } from '../files/inside'
import type { MediaHost, ProjectStore } from './ports'

export interface LookAlikes {
  /** Of images that look like another: id of the first of them. */
  readonly clusters: ReadonlyMap<string, string>
  /** null: it looks like no other. */
  readonly clusterOf: (imageId: string) => string | null
  readonly looked: number
  /** Images that are not there or cannot be read; they look like no other. */
  readonly unseen: number
}

/** Asked of the media host at a time; it works on two. */
const AT_A_TIME = 16

async function fingerprint(store: Pick<ProjectStore, 'imageRoot'>, image: ImageRecord, media: MediaHost) {
  if (image.status !== 'ok') return null
  try {
    return fingerprintFromText(await media.fingerprint(await resolveInside(store.imageRoot, image.relativePath)))
  } catch (error) {
    // Missing, outside the folder, damaged: it is counted, and the others are compared.
    if (error instanceof AppError && error.code.startsWith('image/')) return null
    throw error
  }
}

/** Rejects as soon as `signal` does, whatever is still being looked at: the media host ends that by itself and keeps it. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

/** In the order of the project, so that the same pictures give the same clusters. Rejects with the reason of `signal`. */
export async function findLookAlikes(
  store: Pick<ProjectStore, 'imageRoot' | 'documents'>,
  media: MediaHost,
  options: { readonly signal?: AbortSignal; readonly onProgress?: (looked: number) => void } = {}
): Promise<LookAlikes> {
  const found = new NearDuplicates()
  let [looked, unseen] = [0, 0]
  let waiting: { readonly id: string; readonly print: ReturnType<typeof fingerprint> }[] = []
  const take = async (): Promise<void> => {
    const prints = await unlessAborted(Promise.all(waiting.map(({ print }) => print)), options.signal)
    for (const [i, { id }] of waiting.entries()) {
      const print = prints[i] ?? null
      if (print === null) unseen++
      else found.add(id, print)
    }
    looked += waiting.length
    waiting = []
    options.onProgress?.(looked)
  }
  for await (const { image } of store.documents('all')) {
    options.signal?.throwIfAborted()
    const print = fingerprint(store, image, media)
    // Whoever is cancelled before it is waited for does not wait for it.
    print.catch(() => undefined)
    waiting.push({ id: image.id, print })
    if (waiting.length === AT_A_TIME) await take()
  }
  await take()
  const clusters = found.clusters()
  return { clusters, clusterOf: (id) => clusters.get(id) ?? null, looked, unseen }
}
