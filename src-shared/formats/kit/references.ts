/** @file References to images that are relative to the annotation file they stand in. */
import { plainReference } from '../reading/image-references'

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))

/**
 * The reference as a path below the chosen folder, so that `a/1.json` and `b/1.json` may both say `1.jpg`. As written
 * where that names a file and the other does not, or where it leads elsewhere: the importer decides about those.
 */
export function besideAnnotation(written: string, annotationPath: string, files: ReadonlySet<string>): string {
  const slashed = written.replaceAll('\\', '/')
  const beside = plainReference(slashed, parentOf(annotationPath))
  if (beside === null || (!files.has(beside) && files.has(slashed))) return slashed
  return beside
}

/** What an image item says of the file that names it, where that tells anything. */
export const folderOf = (annotationPath: string): { readonly folder?: string } =>
  annotationPath.includes('/') ? { folder: parentOf(annotationPath) } : {}

export const lastNameOfPath = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
