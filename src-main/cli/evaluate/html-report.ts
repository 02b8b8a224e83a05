/** @file Writing the HTML report of an evaluation: failures get small copies of their pictures, within a limit of bytes. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename, resolve } from 'node:path'
import { AppError } from '../../../src-shared/errors'
import { reportPage } from '../../../src-shared/metrics/report/page'
import type { PageOptions } from '../../../src-shared/metrics/report/page'
import { words } from '../../../src-shared/metrics/report/report'
import type { EvaluationReport, Failure, Picture, TaskReport, Words } from '../../../src-shared/metrics/report/report'
import { REPORT_STYLE } from '../../../src-shared/metrics/report/style'
import type { MediaHost } from '../../core/ports'
import { writeFileAtomically } from '../../files/atomic-write'
import { resolveInside } from '../../files/inside'

export interface HtmlOptions {
  readonly html: string
  /** Folder of the pictures that the truth names; nothing outside it is opened. */
  readonly images: string
  /** How many failures are shown. */
  readonly failures: number
  readonly language: PageOptions['language']
}

export interface ReportFacts extends Omit<
  EvaluationReport,
  'pictures' | 'missingPictures' | 'files' | 'failed' | keyof TaskReport
> {
  readonly files: readonly { readonly role: Words; readonly path: string }[]
}

/** Longest side of a picture in the report, px. */
const PICTURE_SIDE = 560
/** Of all pictures together, before base64. */
export const MAX_PICTURE_BYTES = 12_000_000

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

const REASONS = {
  'image/missing': words('the picture is not in the folder of images', '图片不在图像文件夹中'),
  'image/outside-root': words('the picture lies outside the folder of images', '图片在图像文件夹之外'),
  'image/unreadable': words('the picture cannot be read', '图片无法读取'),
  limit: words('the pictures would make the report too large', '图片会使报告过大')
} as const
type Reason = keyof typeof REASONS

interface Pictures {
  readonly pictures: ReadonlyMap<string, Picture>
  readonly missingPictures: EvaluationReport['missingPictures']
}

async function pictureOf(root: string, name: string, media: MediaHost): Promise<Picture> {
  const path = await resolveInside(root, name)
  const { size } = await media.facts(path)
  const bytes = await media.thumbnail(path, PICTURE_SIDE)
  return { mime: 'image/webp', base64: Buffer.from(bytes).toString('base64'), ...size }
}

/** Those of the failures, in their order, until the limit; why others are not there is counted by image. */
async function picturesOf(
  failures: readonly Failure[],
  root: string,
  media: MediaHost,
  maxBytes: number
): Promise<Pictures> {
  const pictures = new Map<string, Picture>()
  const missing = new Map<Reason, number>()
  let bytes = 0
  for (const name of new Set(failures.flatMap(({ image }) => image ?? []))) {
    let reason: Reason | null = bytes >= maxBytes ? 'limit' : null
    if (reason === null) {
      try {
        const picture = await pictureOf(root, name, media)
        const size = (picture.base64.length * 3) / 4
        if (bytes + size > maxBytes) reason = 'limit'
        else pictures.set(name, picture)
        bytes += size
      } catch (error) {
        if (!(error instanceof AppError) || !Object.hasOwn(REASONS, error.code)) throw error
        reason = error.code as Reason
      }
    }
    if (reason !== null) missing.set(reason, (missing.get(reason) ?? 0) + 1)
  }
  return { pictures, missingPictures: [...missing].map(([reason, count]) => ({ reason: REASONS[reason], count })) }
}

/** Over whatever is at `html`. Returns the absolute path. */
export async function writeHtmlReport(
  { files, ...facts }: ReportFacts,
  { charts, failures }: TaskReport,
  { html, images, failures: most, language }: HtmlOptions,
  media: MediaHost,
  maxPictureBytes = MAX_PICTURE_BYTES
): Promise<string> {
  const shown = failures.slice(0, most)
  const hashed = await Promise.all(
    files.map(async ({ role, path }) => ({ role, name: basename(path), sha256: await sha256Of(path) }))
  )
  const report: EvaluationReport = {
    ...facts,
    ...{ charts, failures: shown, failed: failures.length, files: hashed },
    ...(await picturesOf(shown, resolve(images), media, maxPictureBytes))
  }
  const styleHash = createHash('sha256').update(REPORT_STYLE).digest('base64')
  const path = resolve(html)
  await writeFileAtomically(path, reportPage(report, { styleHash, language }), { overwrite: true })
  return path
}
