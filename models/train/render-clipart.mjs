/**
 * @file Renders the drawings of `clipart.json` (Open Clip Art Library, public domain; Debian package `openclipart-svg`) to PNG.
 *
 * Usage: node render-clipart.mjs <folder of the package's svg files> <out folder> [width, default 384]
 * Files that cannot be rendered are named and left out. add_pictures.py crops them and adds them to the sprites.
 */
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(path.join(process.env.FALCONET_ICONS ?? here, 'render-clipart.mjs'));
const { Resvg } = require('@resvg/resvg-js');
const [source, outFolder, width = '384'] = process.argv.slice(2);
fs.mkdirSync(outFolder, { recursive: true });
let made = 0;
for (const [label, drawings] of Object.entries(JSON.parse(fs.readFileSync(path.join(here, 'clipart.json'), 'utf8')))) {
  for (const [i, drawing] of drawings.entries()) {
    try {
      const svg = fs.readFileSync(path.join(source, `${drawing}.svg`));
      const image = new Resvg(svg, { fitTo: { mode: 'width', value: Number(width) }, font: { loadSystemFonts: false } }).render();
      fs.writeFileSync(path.join(outFolder, `${label} ${i}.png`), image.asPng());
      made++;
    } catch (error) {
      console.log(`${drawing}: ${error instanceof Error ? error.message : error}`);
    }
  }
}
console.log(`openclipart: ${made} drawings`);
