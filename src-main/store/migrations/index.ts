/** @file All migrations in order. A released one is never edited. */
import { project } from './0001-project'
import { shapes } from './0002-shapes'
import { relations } from './0003-relations'
import { imports } from './0004-imports'
import { grids } from './0005-grids'
import { certainty } from './0006-certainty'
import { undone } from './0007-undone'
import type { Migration } from './migration'

export const migrations: readonly Migration[] = [project, shapes, relations, imports, grids, certainty, undone]
