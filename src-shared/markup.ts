/** @file Text as part of HTML or SVG: none of its letters is markup. */

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;'
}

/** For text and for values of attributes. Letters that HTML or XML cannot hold are the caller's to deal with. */
export const markupText = (text: string): string => text.replace(/[&<>"']/g, (letter) => ESCAPES[letter] ?? letter)
