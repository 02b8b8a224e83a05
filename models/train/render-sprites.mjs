/**
 * @file Renders every icon of `classes.json` in every icon set to RGBA pixels.
 *
 * Usage: node render-sprites.mjs <out folder> [side, default 128] [styles, comma separated, default all]
 * Writes sprites.raw (uint8 [n, side, side, 4], one icon after the other) and
 * sprites.json (side, and for each icon its set, icon name and label).
 * Reads only the installed icon packages; no network.
 */
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';

const require = createRequire(import.meta.url);
const here = path.dirname(fileURLToPath(import.meta.url));
const { icons: labelOfIcon, trainStyles, lineStyles, unseenStyles, unrenderable } = JSON.parse(
  fs.readFileSync(path.join(here, 'classes.json'), 'utf8'),
);
const outFolder = process.argv[2] ?? 'build';
const side = Number(process.argv[3] ?? 128);
const styles = process.argv[4]?.split(',') ?? [...trainStyles, ...lineStyles, ...unseenStyles];

/** One icon of a set, following aliases; undefined when the set has none. */
function findIcon(set, name) {
  const parent = set.aliases?.[name]?.parent;
  return set.icons[name] ?? (parent ? set.icons[parent] : undefined);
}

/** The icon drawn on a transparent square, aspect kept, as RGBA bytes. */
function renderIcon(set, icon) {
  const width = icon.width ?? set.width ?? 16;
  const height = icon.height ?? set.height ?? 16;
  const viewBox = `${icon.left ?? set.left ?? 0} ${icon.top ?? set.top ?? 0} ${width} ${height}`;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ` +
    `viewBox="${viewBox}" width="${side}" height="${side}">${icon.body}</svg>`;
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
for (const setName of styles) {
  const set = require(`@iconify-json/${setName}/icons.json`);
  const missing = [];
  for (const [name, label] of Object.entries(labelOfIcon)) {
    const icon = findIcon(set, name);
    if (!icon || unrenderable[setName]?.includes(name)) {
      missing.push(name);
      continue;
    }
    chunks.push(renderIcon(set, icon));
    rendered.push({ set: setName, icon: name, label });
  }
  console.log(`${setName}: ${rendered.filter((r) => r.set === setName).length} icons, missing: ${missing.join(' ')}`);
}
fs.writeFileSync(path.join(outFolder, 'sprites.raw'), Buffer.concat(chunks));
fs.writeFileSync(path.join(outFolder, 'sprites.json'), JSON.stringify({ side, sprites: rendered }));
console.log(`${rendered.length} icons, ${new Set(rendered.map((r) => r.label)).size} labels`);
