/** @file Report of a set of questions that a model was asked: its answers by task, and those that are wrong. */
import { normalizedBox } from '../../../geometry/space'
import { pixelFromNormalized } from '../../../geometry/convert'
import { boxesIn } from '../../answer-text'
import type { WrittenBox } from '../../answer-text'
import { groupOf, measuresOfAnswer } from '../../evaluation'
import type { EvaluationAnswer, EvaluationQuestion, GroupScore } from '../../evaluation'
import { boxOutline, words, worstFirst } from '../report'
import type { Bars, Failure, Outline, TaskReport } from '../report'

/** The first measure of a task is what its answer is judged by. */
function mainBars(groups: Readonly<Record<string, GroupScore>>): readonly Bars[] {
  const names = Object.keys(groups)
  const tasks = [...new Set(names.flatMap((name) => Object.keys(groups[name] ?? {})))].filter(
    (task) => task !== 'calibration'
  )
  const rows = tasks.map((task) => {
    const scores = names.map((name) => groups[name]?.[task])
    const measure = Object.keys(scores.find((score) => score !== undefined) ?? {}).find((key) => key !== 'n') ?? ''
    return {
      name: `${task} ${measure}`,
      values: scores.map((score) => score?.[measure] ?? null),
      count: scores.reduce((sum, score) => sum + (score?.['n'] ?? 0), 0)
    }
  })
  if (rows.length === 0) return []
  return [
    {
      kind: 'bars',
      title: words('Each task by its first measure', '各任务的首要指标'),
      series: names.map((name) => words(name, name)),
      rows
    }
  ]
}

export function reportQuestions(
  questions: readonly EvaluationQuestion[],
  answers: readonly EvaluationAnswer[],
  groups: Readonly<Record<string, GroupScore>>
): TaskReport {
  const byId = new Map(answers.map((answer) => [answer.id, answer]))
  const failures = questions.flatMap((question): readonly Failure[] => {
    const text = byId.get(question.id)?.text ?? ''
    const measures = measuresOfAnswer(question, text)
    const [first] = Object.entries(measures)
    const score = Number(first?.[1] ?? 0)
    if (score >= 1) return []
    // Of answers with a wrong box, the farthest comes first.
    const fine = measures['meanIou']
    const outlines = (role: Outline['role'], boxes: readonly WrittenBox[]): readonly Outline[] =>
      boxes.map((box) => boxOutline(role, pixelFromNormalized(normalizedBox(...box), question)))
    const reason =
      text === ''
        ? words('no answer', '没有回答')
        : words(
            `${question.task}: ${first?.[0] ?? ''} ${score.toFixed(2)}`,
            `${question.task}：${first?.[0] ?? ''} ${score.toFixed(2)}`
          )
    return [
      {
        id: `${question.id} · ${groupOf(question)}`,
        image: question.image,
        asked: question.question,
        reason,
        truth: question.answer,
        said: text,
        outlines: [...outlines('truth', boxesIn(question.answer)), ...outlines('said', boxesIn(text))],
        score: score + (typeof fine === 'number' ? fine / 2 : 0)
      }
    ]
  })
  return { charts: mainBars(groups), failures: worstFirst(failures) }
}
