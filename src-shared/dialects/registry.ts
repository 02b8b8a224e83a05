/** @file Every dialect the app knows. A new one is added here and nowhere else. */
import type { Dialect } from './dialect'
import { shikra, shikraSmallBrackets, shikraToken } from './shikra'

export const DIALECTS: readonly Dialect[] = [shikra, shikraSmallBrackets, shikraToken]

const byId = new Map(DIALECTS.map((dialect) => [dialect.profile.id, dialect]))

/** null: no such dialect; the caller names the known ones. */
export const findDialect = (id: string): Dialect | null => byId.get(id) ?? null
