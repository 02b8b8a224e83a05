/** @file What is said of a build: to a script as JSON, to a window. */
export interface BuildCounts {
  readonly images: number
  /** Images that gave at least one dialogue. */
  readonly imagesWith: number
  readonly dialogues: number
  readonly turns: number
  /** Dialogues that the project has already, from an earlier build. */
  readonly already: number
  /** Dialogues by task, new ones and those that are there. */
  readonly tasks: Readonly<Record<string, number>>
}

export interface WriteResult extends BuildCounts {
  /** How many steps of the journal hold it: one, unless it is very large. */
  readonly steps: number
}

export interface PreviewTurn {
  readonly role: 'user' | 'assistant'
  readonly text: string
  /** Codes of what the dialect could not say. */
  readonly losses: readonly string[]
}
export interface PreviewDialogue {
  readonly image: string
  readonly task: string
  readonly language: string
  readonly origin: string
  readonly turns: readonly PreviewTurn[]
}
