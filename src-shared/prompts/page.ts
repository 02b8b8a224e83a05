/** @file `docs/prompts.md`, made from the data. Pure; `scripts/write-prompts-page.mjs` writes the file. */
import type { ChatTemplate } from './chat/chat-template'
import { findChatTemplate } from './chat/registry'
import { renderChat } from './chat/render-chat'
import type { PromptSystem, SystemTask } from './systems/prompt-system'
import { PROMPT_SYSTEMS } from './systems/registry'
import { CHINESE } from './tasks/chinese'
import { ENGLISH } from './tasks/english'
import { findTask, TASKS } from './tasks/task'

/** A run of the same token is shown once, with how often it stands there. */
const REPEATED = /(<[^<>\s]{1,30}>)\1{3,}/g

const code = (words: string): string => {
  const shown = words
    .replace(REPEATED, (run: string, token: string) => `${token}×${run.length / token.length}`)
    .replaceAll('\n', '⏎')
    .replaceAll('|', '\\|')
  const fence = shown.includes('`') ? '``' : '`'
  const pad = /^[ `]|[ `]$/.test(shown) ? ' ' : ''
  return `${fence}${pad}${shown}${pad}${fence}`
}

const SPEECH: Readonly<Record<PromptSystem['speech'], string>> = {
  regions: 'Takes free words; regions may stand in questions and answers.',
  reads: 'Takes free words; regions may stand in questions, answers are words.',
  words: 'Takes free words; no regions.',
  fixed: 'Knows only the strings it was trained on.'
}

function chatLines(template: ChatTemplate): readonly string[] {
  const images = template.image === null ? [] : [{ name: 'PATH', body: 'CODES' }]
  const turns = [{ role: 'user', content: 'QUESTION' } as const, { role: 'assistant', content: 'ANSWER' } as const]
  const asked = renderChat(template, turns.slice(0, 1), images).text
  const answered = renderChat(template, turns, images).text
  const more =
    template.turns === 'one' ? null : renderChat(template, [...turns, { role: 'user', content: 'NEXT' }], images).text
  const { begin, image, stop, notes = [], unverified = [], reserved, source } = template
  const begins =
    begin === null
      ? []
      : [`- begins with ${code(begin.token)}${begin.by === 'tokenizer' ? ', which the tokenizer adds' : ''}`]
  return [
    `**${template.name}** (\`${template.id}\`)`,
    '',
    `- asked: ${code(asked)}`,
    `- answered: ${code(answered.slice(asked.length))}`,
    ...(more === null ? ['- one question, no dialogue'] : [`- asked again: ${code(more.slice(asked.length))}`]),
    ...begins,
    ...(image === null ? ['- the picture does not stand in the text'] : []),
    ...(image?.label === undefined
      ? []
      : [`- before a picture: ${code(image.label.text)} (${WHEN[image.label.when]})`]),
    `- an answer ends at ${stop.map(code).join(', ')}`,
    `- marks that words lose: ${reserved.map(code).join(', ')}`,
    ...notes.map((note) => `- ${note}`),
    ...unverified.map((doubt) => `- UNVERIFIED: ${doubt}`),
    `- source: ${source}`,
    ''
  ]
}
const WHEN = { always: 'always', several: 'where there are several', asked: 'on request' } as const

function taskRow({
  task,
  language,
  wordings,
  isExact,
  answerPrefix,
  token,
  separator,
  chat,
  notes,
  isUnverified,
  source
}: SystemTask): string {
  const remarks = [
    isExact ? 'exact' : 'our words around its notation',
    ...(isUnverified === true ? ['UNVERIFIED'] : []),
    ...(token === undefined ? [] : [`processors take ${code(token)}`]),
    ...(answerPrefix === undefined ? [] : [`the answer begins with ${code(answerPrefix)}`]),
    ...(separator === undefined ? [] : [`classes are joined by ${code(separator)}`]),
    ...(chat === undefined ? [] : [`under \`${chat}\``]),
    ...(notes === undefined ? [] : [notes]),
    ...(source === undefined ? [] : [source])
  ]
  return `| ${findTask(task)?.name ?? task} (\`${task}\`) | ${language} | ${wordings.map(code).join('<br>')} | ${remarks.join('; ')} |`
}

function systemLines(system: PromptSystem): readonly string[] {
  const { name, id, dialect, chats, speech, trained, tasks, switches = [], notes = [] } = system
  return [
    `## ${name}`,
    '',
    `System \`${id}\`, ${dialect === null ? 'no dialect' : `dialect \`${dialect}\``}. ${SPEECH[speech]}`,
    ...(trained.length === 0 ? [] : [`Trained on: ${trained.map((task) => `\`${task}\``).join(', ')}.`]),
    ...(switches.length === 0 ? [] : [`Switches that words lose: ${switches.map(code).join(', ')}.`]),
    ...notes,
    '',
    ...chats.flatMap((chat) => {
      const template = findChatTemplate(chat)
      return template === null ? [] : chatLines(template)
    }),
    ...(chats.length === 0 ? ['The endpoint makes the text of the dialogue itself.', ''] : []),
    ...(tasks.length === 0 ? [] : ['| task | language | wording | |', '|---|---|---|---|', ...tasks.map(taskRow), ''])
  ]
}

export function promptsPage(): string {
  const taskRows = TASKS.map(
    ({ id, name, slots, answer, says }) =>
      `| \`${id}\` | ${name} | ${slots.map((slot) => `\`{${slot}}\``).join(' ')} | ${answer} | ${says} |`
  )
  const wordingRows = TASKS.map(
    ({ id }) => `| \`${id}\` | ${ENGLISH[id].map(code).join('<br>')} | ${CHINESE[id].map(code).join('<br>')} |`
  )
  return [
    '# Prompts',
    '',
    'How each model is asked. This page is made from `src-shared/prompts` by `npm run docs`; [ADR 0006](adr/0006-prompt-templates.md) says why it is built so.',
    '',
    'A question is picked by task, filled, written in the dialect of the system, and put between the marks of its chat template. `eyrie dialect prompt` does this for JSON lines, `eyrie dialect templates` lists what there is. In the texts below `⏎` is a line break and `×` says how often a token is repeated.',
    '',
    '## Tasks',
    '',
    '| task | is | slots | answer | says |',
    '|---|---|---|---|---|',
    ...taskRows,
    '',
    '## Our own wordings',
    '',
    'Used where a system takes free words and none of its own is listed below. A seed picks one; without a seed it is the first. `{name}` is a slot; `{exact:…}` reaches the model as it stands; `{phrase:…}` is marked as a phrase where the dialect has marks; braces are written twice.',
    '',
    '| task | English | Chinese |',
    '|---|---|---|',
    ...wordingRows,
    '',
    ...PROMPT_SYSTEMS.flatMap(systemLines)
  ].join('\n')
}
