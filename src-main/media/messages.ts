/** @file What crosses between the media service and its host process. Paths, never pixels. */
import type { ErrorData } from '../../src-shared/errors'
import type { FileFacts, OverlayMark } from '../core/ports'

export type MediaTask =
  | { readonly kind: 'facts'; readonly path: string; readonly withHash: boolean }
  /** Upright, longest side at most `size` px, written to `outPath` as WebP. */
  | { readonly kind: 'thumbnail'; readonly path: string; readonly size: number; readonly outPath: string }
  /** What it looks like (src-shared/dataset/perceptual-hash.ts), written to `outPath` as text. */
  | { readonly kind: 'fingerprint'; readonly path: string; readonly outPath: string }
  /** Upright first frame, written to `outPath` as PNG. */
  | { readonly kind: 'convert'; readonly path: string; readonly outPath: string }
  /** Upright first frame without metadata, written to `outPath` as JPEG. */
  | { readonly kind: 'send'; readonly path: string; readonly outPath: string }
  /** Upright PNG with the marks drawn on it. */
  | {
      readonly kind: 'overlay'
      readonly path: string
      readonly outPath: string
      readonly marks: readonly OverlayMark[]
    }

export interface MediaRequest {
  readonly id: number
  readonly task: MediaTask
}

export type MediaReply =
  | { readonly id: number; readonly ok: true; readonly facts: FileFacts | null }
  | {
      readonly id: number
      readonly ok: false
      readonly error: {
        readonly code: string
        readonly message: string
        readonly nextStep: string
        readonly data: ErrorData
      }
    }
