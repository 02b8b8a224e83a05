/** @file `eyrie evaluate reg`: captions of regions, with METEOR where its jar and a Java runtime are. */
import { resolve } from 'node:path'
import { z } from 'zod'
import { scoreCaptions, sentenceCiderD } from '../../../src-shared/metrics/captions'
import { words } from '../../../src-shared/metrics/report/report'
import type { NotMeasured } from '../../../src-shared/metrics/report/report'
import { reportCaptions } from '../../../src-shared/metrics/report/tasks/answers'
import { runMeteor } from './meteor'
import type { Meteor } from './meteor'
import { box, id, shown, shownFields } from './pairs'
import { task } from './task'
import type { FileTask } from './task'

const NO_JAR: Meteor = {
  isMeasured: false,
  reason: words('the jar of METEOR 1.5 was not given (--meteor-jar)', '未提供 METEOR 1.5 的 jar（--meteor-jar）')
}

export const captionTask: FileTask = task(
  {
    name: 'reg',
    about: words(
      'region captions: BLEU-1 to BLEU-4 and CIDEr-D of pycocoevalcap; METEOR 1.5 with --meteor-jar',
      '区域描述：pycocoevalcap 的 BLEU-1 至 BLEU-4 与 CIDEr-D；METEOR 1.5 需 --meteor-jar'
    ),
    protocols: ['tokenized'],
    truthFields: '{id, references: [text, …]}, at least one, tokenised: lower case, words apart by spaces',
    predictionFields: '{id, caption}, tokenised in the same way',
    takesMeteor: true
  },
  () => z.object({ id, references: z.array(z.string()).min(1), box: box.optional(), ...shownFields }),
  () => z.object({ id, caption: z.string() }),
  async (pairs, _, { meteorJar }) => {
    const samples = pairs.map(([truth, { caption }]) => ({
      ...shown(truth),
      ...{ references: truth.references, caption, box: truth.box ?? null }
    }))
    const meteor = meteorJar === null ? NO_JAR : await runMeteor(samples, { jar: resolve(meteorJar) })
    const notMeasured: readonly NotMeasured[] = meteor.isMeasured ? [] : [{ measure: 'meteor', reason: meteor.reason }]
    return {
      groups: { all: { ...scoreCaptions(samples), meteor: meteor.isMeasured ? meteor.score.all : null } },
      notMeasured,
      report: () => reportCaptions(samples, sentenceCiderD(samples), meteor.isMeasured ? meteor.score.each : null)
    }
  }
)
