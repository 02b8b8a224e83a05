/** @file Writing LLaVA conversations: the image named once, in the first question. */
import type { ExportOptions, ExportRun, ExportSource } from '../format'
import { textOfTurn, turnsOf, writeDialogues } from '../kit/conversation/dialogue-writer'
import { marksOf } from '../selection'

const IMAGE = '<image>'

export const writeLlava = (fileName: string, source: ExportSource, options: ExportOptions): ExportRun =>
  writeDialogues(
    {
      fileName,
      layout: 'list',
      record: (dialogue) => ({
        id: dialogue.dialogue.id,
        image: dialogue.document.image.relativePath,
        conversations: turnsOf(dialogue).map((turn, i) => {
          const text = textOfTurn(turn, dialogue, [IMAGE])
          return {
            from: turn.role === 'user' ? 'human' : 'gpt',
            value: i === 0 ? `${IMAGE}\n${text}` : text,
            ...marksOf(turn, dialogue.selection)
          }
        })
      })
    },
    source,
    options
  )
