/**
 * @file A problem of ScienceQA, and the question and answer that it is trained as (luogen1996/LaVIN util/base_prompt.py,
 * format QCM-A): the question, the hint as “Context:”, the choices as “Options: (A) … (B) …”, and “The answer is A.”.
 * A problem of one choice is a question and its answer.
 */
export interface Problem {
  readonly question: string
  readonly hint: string
  readonly choices: readonly string[]
  /** Number of the right one. */
  readonly answer: number
}

export interface SpokenProblem {
  readonly question: string
  readonly answer: string
}

export const MOST_CHOICES = 26
const letterOf = (index: number): string => String.fromCharCode('A'.charCodeAt(0) + index)

export function spoken({ question, hint, choices, answer }: Problem): SpokenProblem {
  const context = hint === '' ? '' : `\nContext: ${hint}`
  if (choices.length === 1) return { question: `${question}${context}`, answer: choices[0] ?? '' }
  const options = choices.map((choice, i) => `(${letterOf(i)}) ${choice}`).join(' ')
  return { question: `${question}${context}\nOptions: ${options}`, answer: `The answer is ${letterOf(answer)}.` }
}

/** The problem that is spoken as these words; one of a single choice where they are no question with options. */
export function problemOf(said: SpokenProblem): Problem {
  const plain: Problem = { question: said.question, hint: '', choices: [said.answer], answer: 0 }
  const at = said.question.lastIndexOf('\nOptions: (A) ')
  const letter = /^The answer is ([A-Z])\.$/.exec(said.answer)?.[1]
  if (at === -1 || letter === undefined) return plain
  const choices: string[] = []
  let rest = said.question.slice(at + '\nOptions: '.length)
  for (let i = 0; i < MOST_CHOICES && rest !== ''; i++) {
    const start = `(${letterOf(i)}) `
    if (!rest.startsWith(start)) return plain
    const end = rest.indexOf(` (${letterOf(i + 1)}) `, start.length)
    choices.push(rest.slice(start.length, end === -1 ? undefined : end))
    rest = end === -1 ? '' : rest.slice(end + 1)
  }
  const head = said.question.slice(0, at)
  const contextAt = head.indexOf('\nContext: ')
  const problem: Problem = {
    question: contextAt === -1 ? head : head.slice(0, contextAt),
    hint: contextAt === -1 ? '' : head.slice(contextAt + '\nContext: '.length),
    choices,
    answer: letter.charCodeAt(0) - 'A'.charCodeAt(0)
  }
  if (choices.length < 2 || problem.answer >= choices.length) return plain
  const again = spoken(problem)
  return again.question === said.question && again.answer === said.answer ? problem : plain
}
