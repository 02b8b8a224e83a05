/**
 * @file Renders every icon of `classes.json` in every icon set to RGBA pixels.
 *
 * Usage: node render-sprites.mjs <out folder> [side, default 128]
 * Writes sprites.raw (uint8 [n, side, side, 4], straight alpha, one icon after the other) and
 * sprites.json (side, and for each icon its set, icon name, label and kind: emoji, further, symbol or line).
 * Emoji sets share one naming; `more` are further drawings of a class, for training only. The other sets are listed per class under `symbols`.
 * Reads only the installed icon packages; no network. add_pictures.py adds the set that is not SVG.
 */
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(path.join(process.env.FALCONET_ICONS ?? here, 'render-sprites.mjs'));
const { Resvg } = require('@resvg/resvg-js');
const { classes, trainStyles, symbolStyles, lineStyles, unseenStyles, unrenderable } = JSON.parse(
  fs.readFileSync(path.join(here, 'classes.json'), 'utf8'),
);
const outFolder = process.argv[2] ?? 'build';
const side = Number(process.argv[3] ?? 128);

/** One icon of a set, following aliases; undefined when the set has none. */
function findIcon(set, name, depth = 0) {
  const parent = set.aliases?.[name]?.parent;
  return set.icons[name] ?? (parent && depth < 5 ? findIcon(set, parent, depth + 1) : undefined);
}

/** The icon drawn in the middle of a transparent square, aspect kept, as RGBA bytes. */
function renderIcon(set, icon) {
  const width = icon.width ?? set.width ?? 16;
  const height = icon.height ?? set.height ?? 16;
  const span = Math.max(width, height);
  const left = (icon.left ?? set.left ?? 0) - (span - width) / 2;
  const top = (icon.top ?? set.top ?? 0) - (span - height) / 2;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" color="#000" ` +
    `viewBox="${left} ${top} ${span} ${span}" width="${side}" height="${side}">${icon.body}</svg>`;
  const image = new Resvg(svg, { fitTo: { mode: 'width', value: side } }).render();
  if (image.width !== side || image.height !== side) throw new Error(`not square: ${image.width}x${image.height}`);
  // resvg gives premultiplied alpha; the composer expects straight alpha.
  const pixels = Buffer.from(image.pixels);
  for (let i = 0; i < pixels.length; i += 4) {
    const alpha = pixels[i + 3];
    if (alpha > 0 && alpha < 255) for (let c = 0; c < 3; c++) pixels[i + c] = Math.min(255, Math.round((pixels[i + c] * 255) / alpha));
  }
  return pixels;
}

fs.mkdirSync(outFolder, { recursive: true });
const rendered = [];
const chunks = [];
const emojiLines = lineStyles.slice(0, 2);
for (const setName of [...trainStyles, ...symbolStyles, ...lineStyles, ...unseenStyles]) {
  const set = require(`@iconify-json/${setName}/icons.json`);
  const isEmoji = trainStyles.includes(setName) || unseenStyles.includes(setName) || emojiLines.includes(setName);
  const kind = lineStyles.includes(setName) ? 'line' : symbolStyles.includes(setName) ? 'symbol' : 'emoji';
  let missing = 0;
  const isTrained = !unseenStyles.includes(setName);
  for (const [label, { icons, more, symbols }] of Object.entries(classes)) {
    const drawings = isTrained && more ? [...icons, ...more] : icons;
    for (const name of isEmoji ? drawings : (symbols?.[setName] ?? [])) {
      const icon = findIcon(set, name);
      if (!icon || unrenderable[setName]?.includes(name)) {
        missing++;
        continue;
      }
      const pixels = renderIcon(set, icon);
      if (!pixels.some((value, i) => i % 4 === 3 && value > 40)) {
        missing++;
        continue;
      }
      chunks.push(pixels);
      rendered.push({ set: setName, icon: name, label, kind: kind === 'emoji' && more?.includes(name) ? 'further' : kind });
    }
  }
  console.log(`${setName}: ${rendered.filter((r) => r.set === setName).length} icons, ${missing} missing`);
}
fs.writeFileSync(path.join(outFolder, 'sprites.raw'), Buffer.concat(chunks));
fs.writeFileSync(path.join(outFolder, 'sprites.json'), JSON.stringify({ side, sprites: rendered }));
console.log(`${rendered.length} icons, ${new Set(rendered.map((r) => r.label)).size} labels`);
