/** @file What is sent: one chat completion with a picture, as the OpenAI interface spells it and its kin read it. */
import type { AskMessage } from '../core/ports'
import type { Endpoint } from './config'

export interface ChatOptions {
  readonly maxNewTokens: number
  /**
   * How much of each token's probability is asked for: its own and those of so many others; 0: its own; null: nothing. Not
   * every server knows how to say it.
   */
  readonly otherTokens: number | null
  /** What the answer is held to, in the server's own fields. */
  readonly held: Readonly<Record<string, unknown>>
}

type Part =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } }

/** `picture` is a JPEG; it stands before the words of the first question, where the models were trained to find it. */
function messagesOf(messages: readonly AskMessage[], picture: Uint8Array | null): readonly object[] {
  const first = messages.findIndex(({ role }) => role === 'user')
  return messages.map(({ role, text }, i) => {
    if (i !== first || picture === null) return { role, content: text }
    const url = `data:image/jpeg;base64,${Buffer.from(picture).toString('base64')}`
    const content: readonly Part[] = [
      { type: 'image_url', image_url: { url } },
      { type: 'text', text }
    ]
    return { role, content }
  })
}

export const chatBody = (
  endpoint: Endpoint,
  messages: readonly AskMessage[],
  picture: Uint8Array | null,
  { maxNewTokens, otherTokens, held }: ChatOptions
): string =>
  JSON.stringify({
    model: endpoint.model,
    messages: messagesOf(messages, picture),
    temperature: 0,
    max_tokens: maxNewTokens,
    stream: true,
    stream_options: { include_usage: true },
    ...(otherTokens === null ? {} : { logprobs: true, ...(otherTokens === 0 ? {} : { top_logprobs: otherTokens }) }),
    ...held
  })
