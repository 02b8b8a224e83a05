/**
 * @file Words that a loader would take for its own placeholders (`<image>`, `<boxes>`, `{}`) are made
 * harmless, and the loss is said. The text of a person is never a template.
 */
import type { ImageRecord } from '../document/records'
import type { Tally } from './tally'

const HARMLESS: Readonly<Record<string, string>> = { '<': '(', '>': ')', '{': '(', '}': ')' }
const harmless = (placeholder: string): string => placeholder.replace(/[<>{}]/g, (mark) => HARMLESS[mark] ?? mark)

/** `text` must be whole, since a placeholder may be spread over several nodes. */
export function withoutPlaceholders(
  text: string,
  placeholders: readonly string[],
  image: ImageRecord,
  tally: Tally
): string {
  const changed = placeholders.reduce(
    (value, placeholder) => value.replaceAll(placeholder, harmless(placeholder)),
    text
  )
  if (changed !== text) {
    const message = `Words that a loader would take for ${placeholders.join(' or ')} were changed.`
    tally.lose({ code: 'format/placeholder', message, path: [] }, image)
  }
  return changed
}
