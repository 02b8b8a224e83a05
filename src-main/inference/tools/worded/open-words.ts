/** @file The tokenizer of a detector that is told in words what to look for. */
import { Tokenizer } from '@huggingface/tokenizers'
import { tokenizerConfigSchema } from '../../repo/config'
import { modelProblem } from '../../repo/problems'
import { readJson, readObject } from '../../repo/read-json'

/** Rejects with `model/missing-file`, `model/bad-config`, `model/bad-tokenizer`. */
export async function openWords(dir: string, model: string): Promise<Tokenizer> {
  const file = 'tokenizer.json'
  const json = await readObject(dir, model, file)
  if (json === null) throw modelProblem('model/missing-file', model, `the file ${file} is missing`, { file })
  const config = await readJson(dir, model, 'tokenizer_config.json', tokenizerConfigSchema.loose())
  try {
    return new Tokenizer(json, config)
  } catch (cause) {
    throw modelProblem('model/bad-tokenizer', model, `${file} cannot be used (${(cause as Error).message})`, {
      file,
      cause
    })
  }
}
