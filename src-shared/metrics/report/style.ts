/** @file The style of a report. No address, no font from elsewhere; choices by radio buttons, so that no script is needed. */

const LIGHT = `--bg:#f6f7f9;--card:#fff;--line:#dfe3e8;--text:#1b2430;--faint:#5c6875;--s0:#2f6fde;--s1:#d9730d;--s2:#0f9d76;--s3:#9a4fd0;--s4:#c2305a;--s5:#6b7785;--good:#0f9d76;--bad:#d5483f;--truth:#0b8f5a;--said:#e0362c;color-scheme:light`
const DARK = `--bg:#12161c;--card:#1a2029;--line:#2d3641;--text:#e8edf3;--faint:#9aa7b5;--s0:#6ea3ff;--s1:#f29a4a;--s2:#41cfa3;--s3:#c08cf0;--s4:#f07a9b;--s5:#9aa7b5;--good:#41cfa3;--bad:#ff7a70;color-scheme:dark`

export const REPORT_STYLE = `
:root{${LIGHT}}
@media (prefers-color-scheme:dark){:root:not(:has(#light:checked)){${DARK}}}
:root:has(#dark:checked){${DARK}}
:root:has(#zh:checked) [lang="en"],:root:has(#en:checked) [lang="zh-CN"]{display:none}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI","Noto Sans","Noto Sans CJK SC","Microsoft YaHei",sans-serif}
main{max-width:1180px;margin:0 auto;padding:28px 24px 60px}
header{display:flex;flex-wrap:wrap;gap:16px;justify-content:space-between;align-items:flex-start;margin-bottom:20px}
h1{font-size:26px;line-height:1.25;margin:0 0 4px}
h2{font-size:18px;margin:36px 0 12px}
h3{font-size:15px;margin:0}
p{margin:4px 0}
.faint{color:var(--faint);fill:var(--faint)}
.choices{display:flex;gap:10px}
.choices fieldset{display:flex;border:1px solid var(--line);border-radius:8px;padding:0;margin:0;overflow:hidden;background:var(--card)}
.choices legend,.choices input{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.choices label{padding:4px 12px;cursor:pointer;font-size:13px}
.choices input:checked+label{background:var(--s0);color:var(--card)}
.choices input:focus-visible+label{outline:2px solid var(--text);outline-offset:-3px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:12px}
.tile,.chart,.failure,.table{background:var(--card);border:1px solid var(--line);border-radius:12px}
.tile{padding:14px 16px}
.tile b{display:block;font-size:30px;line-height:1.2;font-variant-numeric:tabular-nums}
.tile small{color:var(--faint);font-variant-numeric:tabular-nums}
.meter{display:block;width:100%;height:10px;margin:6px 0 4px}
.meter .track{fill:var(--line)}.meter .value{fill:var(--s0)}.meter .range{fill:var(--text);fill-opacity:.45}
.charts{display:grid;align-items:start;grid-template-columns:repeat(auto-fit,minmax(min(440px,100%),1fr));gap:14px}
.chart{margin:0;padding:14px 16px 10px}
.chart figcaption{font-weight:600;margin-bottom:6px}
.chart svg{display:block;width:100%;height:auto}
.legend{display:flex;flex-wrap:wrap;gap:4px 14px;list-style:none;margin:0 0 4px;padding:0;font-size:13px;color:var(--faint)}
.key{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:6px;vertical-align:-1px}
svg text{fill:var(--text);font-family:inherit}
.chart svg text{font-size:12px}
.chart svg text.small{font-size:10px}
svg .tick{fill:var(--faint);font-variant-numeric:tabular-nums}
svg .label{fill:var(--faint)}
svg .mid{text-anchor:middle}svg .end{text-anchor:end}
svg .over{fill:var(--card)}
.grid{stroke:var(--line)}.axis{stroke:var(--faint)}
.threshold{stroke:var(--text);stroke-dasharray:4 4}
.curve{fill:none;stroke-width:2.2}
${Array.from({ length: 6 }, (_, i) => `.bar.s${i}{fill:var(--s${i})}.curve.s${i}{stroke:var(--s${i})}.key.s${i}{background:var(--s${i})}`).join('\n')}
.bar.bad,.cell.bad{fill:var(--bad)}.cell.good{fill:var(--good)}
.table{overflow-x:auto;width:fit-content;max-width:100%}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:7px 14px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child,td:first-child{text-align:left;min-width:230px}
thead th{color:var(--faint);font-weight:600;font-size:13px}
tbody tr:last-child td{border-bottom:0}
.failures{display:grid;align-items:start;grid-template-columns:repeat(auto-fill,minmax(min(340px,100%),1fr));gap:14px}
.failure{overflow:hidden;display:flex;flex-direction:column;break-inside:avoid}
.failure>svg{display:block;width:100%;height:auto;max-height:260px;background:#0003}
.failure .no-picture{padding:26px 16px;text-align:center;color:var(--faint);background:var(--bg)}
.failure div.about{padding:10px 14px 12px}
.failure .asked{font-weight:600;overflow-wrap:anywhere}
.failure dl{display:grid;grid-template-columns:auto 1fr;gap:2px 10px;margin:6px 0 0;font-size:14px}
.failure dt{color:var(--faint)}.failure dd{margin:0;overflow-wrap:anywhere;white-space:pre-wrap}
.failure .id{font-size:12px;color:var(--faint);overflow-wrap:anywhere;margin-top:6px}
.reason{display:inline-block;font-size:13px;padding:1px 8px;border-radius:99px;border:1px solid var(--bad);color:var(--bad)}
.marks{display:flex;gap:16px;font-size:13px;color:var(--faint);margin:0 0 10px}
.marks svg{width:26px;height:14px;vertical-align:-2px;margin-right:6px}
.outline{fill:none;vector-effect:non-scaling-stroke}
.outline.halo{stroke:#fff;stroke-width:5;stroke-opacity:.85}
.outline.truth{stroke:#0b8f5a;stroke-width:2.6}
.outline.said{stroke:#e0362c;stroke-width:2.6;stroke-dasharray:7 4}
.outline.area{fill-opacity:.22}.outline.area.truth{fill:#0b8f5a}.outline.area.said{fill:#e0362c}
svg .mark-name{font-weight:600;paint-order:stroke;stroke:#fff}
svg .mark-name.truth{fill:#0b8f5a}svg .mark-name.said{fill:#e0362c}
footer{margin-top:40px;color:var(--faint);font-size:13px;overflow-wrap:anywhere}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:12px}
.pictures{position:absolute;width:0;height:0;overflow:hidden}
@media print{body{background:#fff}.choices{display:none}main{max-width:none;padding:0}.tile,.chart,.failure,.table{break-inside:avoid}}
`
