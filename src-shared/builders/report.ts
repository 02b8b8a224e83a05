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

/** What became of asking a model. */
export interface AskedReport {
  readonly requests: number
  /** Of them, answered before and not asked again. */
  readonly known: number
  readonly answered: number
  /** Answers that became a dialogue. */
  readonly used: number
  /** Without an answer, by what the server said. */
  readonly failed: readonly { readonly code: string; readonly reason: string; readonly count: number }[]
  /** Why answers, or boxes of them, were left out: code → how often. */
  readonly problems: Readonly<Record<string, number>>
}

/** What a model that sees no image would be sent. */
export interface ContextExample {
  readonly image: string
  readonly task: string
  readonly system: string
  readonly user: string
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
