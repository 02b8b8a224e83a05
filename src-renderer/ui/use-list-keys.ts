/** @file Keys of a list on the page: they move the focus from row to row. */
import { useRef } from 'react'
import type { KeyboardEvent } from 'react'
import { TypeAhead, rowAfterKey } from './list-keys'

/**
 * For the element around the rows. Rows are what `selector` finds in it, in their order; a row's name is its
 * `data-name`, else its text.
 */
export function useListKeys(selector: string): (event: KeyboardEvent<HTMLElement>) => void {
  const typeAhead = useRef(new TypeAhead())
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    const rows = [...event.currentTarget.querySelectorAll<HTMLElement>(selector)]
    const at = rows.findIndex((row) => row.contains(document.activeElement))
    const names = rows.map((row) => row.dataset.name ?? row.textContent.trim())
    const row = rowAfterKey(event.key, at, rows.length) ?? typeAhead.current.find(event.key, names, at, event.timeStamp)
    if (row === null) return
    event.preventDefault()
    event.stopPropagation()
    rows[row]?.focus()
    rows[row]?.scrollIntoView({ block: 'nearest' })
  }
}
