import { renderToStaticMarkup } from 'react-dom/server'
import { I18nextProvider } from 'react-i18next'
import { describe, expect, it } from 'vitest'
import type { ExportRefusal } from '../../../src-shared/formats/round-trip/refusal'
import { createTranslations } from '../../i18n/translate'
import type { Language } from '../../i18n/translate'
import { CertificateFailed } from './CertificateFailed'

const refusal: ExportRefusal = {
  format: 'labelme',
  split: 'val',
  code: 'round-trip/label',
  reason: null,
  counts: {
    images: { out: 2, back: 2 },
    regions: { out: 5, back: 4 },
    labels: { out: 1, back: 1 },
    dialogues: { out: 0, back: 0 },
    turns: { out: 0, back: 0 },
    relations: { out: 0, back: 0 }
  },
  silent: { 'round-trip/label': 1, 'round-trip/region-missing': 7 },
  differences: [
    {
      ...{ code: 'round-trip/label', message: '-', image: 'a.jpg', imageId: 'i1', was: '"dog "', now: '"dog"' },
      region: { id: 'r1', kind: 'box', name: 'dog ', boundsPx: [10, 20, 30, 40] }
    },
    {
      ...{ code: 'round-trip/region-missing', message: '-', image: 'b.jpg', imageId: null, movedPx: 3.5 },
      region: { id: 'r2', kind: 'polygon', name: null, boundsPx: [1, 2, 3, 4] }
    }
  ]
}

async function shown(language: Language, one: ExportRefusal = refusal): Promise<string> {
  const i18n = await createTranslations(language)
  return renderToStaticMarkup(
    <I18nextProvider i18n={i18n}>
      <CertificateFailed refusal={one} name="LabelMe JSON" onGoTo={() => undefined} />
    </I18nextProvider>
  )
}
const textOf = (markup: string): string =>
  markup
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replace(/\s+/g, ' ')

describe('a certificate that failed', () => {
  it('says what was lost, on which image and region, how far it moved, and what can be done', async () => {
    const markup = await shown('en')
    const text = textOf(markup)
    for (const words of [
      ...['LabelMe JSON · val', 'FAIL', 'Nothing was written', 'a.jpg', 'Box “dog ” (10, 20 – 30, 40 px)'],
      ...['"dog " "dog"', 'labels of regions 1', 'regions 7', 'b.jpg', 'Polygon (1, 2 – 3, 4 px)', 'moved by 3.5 px'],
      ...['4 / 5', 'Rename the class', 'choose another format']
    ])
      expect(text).toContain(words)
    // Only an image that the project has can be gone to; what differs is marked among the counts.
    expect(markup.match(/data-testid="lost-go"/g)).toHaveLength(1)
    expect(markup.match(/data-differs="true"/g)).toHaveLength(1)
    expect(markup).toContain('role="alert"')
  })

  it('says all of it in Chinese', async () => {
    const text = textOf(await shown('zh-CN'))
    for (const words of ['未通过', '没有写入任何内容', '区域的标签', '多边形', '移动了 3.5 像素', '给类别改名'])
      expect(text).toContain(words)
    expect(text.replace(/LabelMe JSON|val|dog|[ab]\.jpg|px/g, '')).not.toMatch(/[a-z]{3}/i)
  })

  it('says what the reader said when the files could not be read back', async () => {
    const unread = { ...refusal, split: null, counts: null, differences: [], silent: { 'import/json': 1 } }
    const text = textOf(await shown('en', { ...unread, code: 'import/json', reason: 'Line 3 is no JSON.' }))
    expect(text).toContain('files that could not be read back 1')
    expect(text).toContain('Reading it back said: Line 3 is no JSON.')
    expect(text).not.toContain('Rename the class')
  })
})
