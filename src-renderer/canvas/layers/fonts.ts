/**
 * @file Web fonts for the drawing worker: a worker does not see the page's `@font-face` rules, and
 * tags in another font would change their width whenever a region is selected.
 */
export interface FontSource {
  readonly family: string
  /** CSS `src` with absolute URLs. */
  readonly source: string
  readonly weight: string
  readonly style: string
}

const unquoted = (name: string): string => name.trim().replace(/^(["'])(.*)\1$/, '$2')

/** Makes every `url(…)` of a CSS `src` absolute. */
export const absoluteSource = (source: string, base: string): string =>
  source.replace(/url\((["']?)(.*?)\1\)/g, (_whole, _quote, url: string) => `url("${new URL(url, base).href}")`)

/** The page's own font files for any of the families in a CSS `font-family` list. */
export const fontSourcesFor = (fontFamily: string): readonly FontSource[] => {
  const wanted = new Set(fontFamily.split(',').map(unquoted))
  return [...document.styleSheets]
    .filter((sheet) => !sheet.href || new URL(sheet.href).origin === location.origin)
    .flatMap((sheet) => [...sheet.cssRules])
    .filter((rule) => rule instanceof CSSFontFaceRule)
    .filter((rule) => wanted.has(unquoted(rule.style.getPropertyValue('font-family'))))
    .map((rule) => ({
      family: unquoted(rule.style.getPropertyValue('font-family')),
      source: absoluteSource(rule.style.getPropertyValue('src'), rule.parentStyleSheet?.href ?? document.baseURI),
      weight: rule.style.getPropertyValue('font-weight') || 'normal',
      style: rule.style.getPropertyValue('font-style') || 'normal'
    }))
}
