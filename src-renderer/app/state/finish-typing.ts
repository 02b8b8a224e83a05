/** Ends the edit of a field that has the focus, as leaving it would. Nothing where there is no page. */
export function finishTyping(): void {
  if (typeof document === 'undefined') return
  const { activeElement } = document
  if (activeElement instanceof HTMLInputElement) activeElement.blur()
}
