/**
 * @file Checks that npm's `@huggingface/tokenizers` and `@huggingface/jinja` read the model folder as Python does.
 *
 * Usage: node check-tokenizer.mjs [folder, default ../falconet]   (after make_fixtures.py)
 * Compares with fixtures/tokens.json and the prompts of fixtures/prompts.json, made by Python.
 */
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Template } from '@huggingface/jinja';
import { Tokenizer } from '@huggingface/tokenizers';

const folder = path.resolve(process.argv[2] ?? path.join(path.dirname(fileURLToPath(import.meta.url)), '../falconet'));
const read = (file) => JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
const config = read('tokenizer_config.json');
const tokenizer = new Tokenizer(read('tokenizer.json'), config);

let compared = 0;
for (const { text, ids } of read('fixtures/tokens.json')) {
  assert.deepStrictEqual(tokenizer.encode(text).ids, ids, JSON.stringify(text));
  compared++;
}
const template = new Template(config.chat_template);
for (const { question, promptIds, answer, answerIds } of read('fixtures/prompts.json').prompts) {
  const text = template.render({ messages: [{ role: 'user', content: question }], add_generation_prompt: true });
  assert.ok(text.startsWith('<image>'));
  assert.deepStrictEqual(tokenizer.encode(text.slice('<image>'.length)).ids, promptIds, question);
  assert.strictEqual(tokenizer.decode(answerIds).trim(), answer);
  compared++;
}
console.log(`${compared} texts: equal ids in Python and JavaScript`);
