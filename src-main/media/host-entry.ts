/**
 * @file The media host: a process of its own that decodes image files and nothing else. It holds no
 * project and no keys; its parent times it and may kill it (src-main/media/service.ts).
 */
import { AppError } from '../../src-shared/errors'
import type { FileFacts } from '../core/ports'
import {
  readFacts,
  unreadable,
  writeFingerprint,
  writeForSending,
  writeOverlay,
  writeThumbnail,
  writeUprightPng
} from './decode'
import { openHostChannel } from './host-channel'
import type { MediaReply, MediaRequest, MediaTask } from './messages'

const channel = openHostChannel()

async function run(task: MediaTask): Promise<FileFacts | null> {
  switch (task.kind) {
    case 'facts':
      return readFacts(task.path, task.withHash)
    case 'thumbnail':
      await writeThumbnail(task.path, task.size, task.outPath)
      return null
    case 'fingerprint':
      await writeFingerprint(task.path, task.outPath)
      return null
    case 'convert':
      await writeUprightPng(task.path, task.outPath)
      return null
    case 'send':
      await writeForSending(task.path, task.outPath)
      return null
    case 'overlay':
      await writeOverlay(task.path, task.marks, task.outPath)
      return null
  }
}

function replyForError(id: number, path: string, thrown: unknown): MediaReply {
  const error =
    thrown instanceof AppError ? thrown : unreadable(path, thrown instanceof Error ? thrown.message : 'unknown reason')
  const { code, message, data, nextStep = '' } = error
  return { id, ok: false, error: { code, message, nextStep, data } }
}

channel.onMessage((message) => {
  const { id, task } = message as MediaRequest
  run(task)
    .then((facts): MediaReply => ({ id, ok: true, facts }))
    .catch((thrown: unknown) => replyForError(id, task.path, thrown))
    .then((reply) => channel.post(reply))
})
