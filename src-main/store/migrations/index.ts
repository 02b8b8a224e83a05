/** @file All migrations in order. A released one is never edited. */
import { project } from './0001-project'
import { relations } from './0003-relations'
import { shapes } from './0002-shapes'
import type { Migration } from './migration'

export const migrations: readonly Migration[] = [project, shapes, relations]
