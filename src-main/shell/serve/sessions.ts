/**
 * @file Who is signed in. A link with a random token opens the app once; the browser then holds a
 * signed, HttpOnly cookie, and the token is worth nothing any more (K3). The signing key is kept in
 * the person's data folder, readable by them alone, so that a restart does not sign anybody out.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmod, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../../../src-shared/errors'
import { putInPlace, writeFileAtomically } from '../../files/atomic-write'
import { temporaryPathFor } from '../../files/temporary-files'

const TOKEN_BYTES = 32
const KEY_BYTES = 32
const SESSION_MS = 30 * 24 * 60 * 60 * 1000

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()
/** Takes the same time wherever the texts differ, and whatever their lengths. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(sha256(a), sha256(b))

async function readKeyFile(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Takes a file that is no key away. One that another start put there meanwhile goes back. */
async function removeBroken(path: string): Promise<void> {
  const aside = temporaryPathFor(path)
  try {
    await rename(path, aside)
    if ((await readFile(aside)).byteLength === KEY_BYTES) await putInPlace(aside, path, false)
  } catch (error) {
    const isTaken = error instanceof AppError && error.code === 'file/exists'
    if (!isTaken && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  } finally {
    await rm(aside, { force: true })
  }
}

/** Each round that ends without a key means that another start changed the file in between. */
const ROUNDS = 10

/**
 * Reads the signing key, or makes it; starts at the same time agree on one. A file that is not a key
 * is replaced, and `onReplaced` is told. Rejects with `file/...` where it cannot be written.
 */
export async function loadSessionKey(path: string, onReplaced: () => void = () => undefined): Promise<Buffer> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  for (let round = 0; round < ROUNDS; round++) {
    const found = await readKeyFile(path)
    if (found?.byteLength === KEY_BYTES) {
      // A copy or a restored backup may have made it readable for others.
      await chmod(path, 0o600)
      return found
    }
    if (found !== null) await removeBroken(path)
    const key = randomBytes(KEY_BYTES)
    try {
      await writeFileAtomically(path, key, { mode: 0o600 })
      if (found !== null) onReplaced()
      return key
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'file/exists') throw error
    }
  }
  throw new AppError('shell/session-key', `The key of the sign-ins, ${path}, could not be settled.`, {
    nextStep: 'Close other starts of Eyrie, then start it again.',
    data: { path }
  })
}

export interface Sessions {
  /** The token the next sign-in link carries. */
  token(): string
  /** True once for each token; a new one takes its place. */
  redeem(token: string): boolean
  /** Value of `Set-Cookie` for a browser that has signed in. */
  newCookie(): string
  /** Whether a `Cookie` header holds a cookie of ours that has not run out. */
  isSignedIn(cookieHeader: string | undefined): boolean
}

/** Cookies do not know ports, so the name says which server it is for. `now`: milliseconds since the epoch. */
export function createSessions(key: Buffer, port: number, now: () => number): Sessions {
  const name = `eyrie-${port}`
  const sign = (body: string): string => createHmac('sha256', key).update(`${name} ${body}`).digest('base64url')
  let token = randomBytes(TOKEN_BYTES).toString('base64url')
  return {
    token: () => token,
    redeem(offered) {
      if (!isSame(offered, token)) return false
      token = randomBytes(TOKEN_BYTES).toString('base64url')
      return true
    },
    newCookie() {
      const body = `${now() + SESSION_MS}.${randomBytes(16).toString('base64url')}`
      return `${name}=${body}.${sign(body)}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${SESSION_MS / 1000}`
    },
    isSignedIn(cookieHeader = '') {
      const values = cookieHeader.split(/;\s*/).filter((pair) => pair.startsWith(`${name}=`))
      return values.some((pair) => {
        const [expires, nonce, signature, ...rest] = pair.slice(name.length + 1).split('.')
        if (expires === undefined || nonce === undefined || signature === undefined || rest.length > 0) return false
        return isSame(signature, sign(`${expires}.${nonce}`)) && Number(expires) > now()
      })
    }
  }
}
