/** @file The page of a browser that is not signed in: static HTML and CSS, no script, in both languages. */
import { PAGE_HEADERS } from '../page-headers'

export const SIGN_IN_STYLE_PATH = '/sign-in.css'
export const SIGN_IN_PATH = '/sign-in'

const STYLE = `
:root { color-scheme: dark light; --ground: #12151a; --panel: #181c22; --line: #272e37; --ink: #e8ebef; --soft: #aeb6c1; --accent: #dd9154; --accent-ink: #1b1108; --danger: #f4827a; }
@media (prefers-color-scheme: light) { :root { --ground: #ece8e1; --panel: #f7f5f1; --line: #ddd8ce; --ink: #1e2227; --soft: #4a5058; --accent: #a4521a; --accent-ink: #fffaf5; --danger: #ad2d25; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px; background: var(--ground); color: var(--ink); font: 15px/1.55 Inter, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', system-ui, sans-serif; }
main { width: min(460px, 100%); padding: 32px; background: var(--panel); border: 1px solid var(--line); border-radius: 10px; }
h1 { margin: 0 0 20px; font-size: 20px; letter-spacing: 0.01em; }
p { margin: 0 0 12px; }
p[lang='zh-CN'], label [lang='zh-CN'] { color: var(--soft); }
.problem { color: var(--danger); }
form { display: grid; gap: 10px; margin-top: 20px; }
input { width: 100%; padding: 9px 11px; border: 1px solid var(--line); border-radius: 6px; background: var(--ground); color: var(--ink); font: 13px/1.4 ui-monospace, Menlo, Consolas, monospace; }
button { justify-self: start; padding: 9px 16px; border: 0; border-radius: 6px; background: var(--accent); color: var(--accent-ink); font: inherit; font-weight: 600; cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
`

export type SignInProblem = 'none' | 'wrong-token' | 'too-many'

const PROBLEMS: Readonly<Record<SignInProblem, string>> = {
  none: '',
  'wrong-token': `<p class="problem" role="alert">This link or code is not valid, or was used already. The terminal shows the current one; starting Eyrie again makes a new one. <span lang="zh-CN">链接或代码无效，或已被使用。请使用终端中最新的一个，或重新启动 Eyrie。</span></p>`,
  'too-many': `<p class="problem" role="alert">Too many wrong codes. Wait a few seconds. <span lang="zh-CN">错误次数过多，请稍候再试。</span></p>`
}

const page = (problem: SignInProblem): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Sign in · Eyrie</title><link rel="stylesheet" href="${SIGN_IN_STYLE_PATH}"></head>
<body><main>
<h1>Eyrie</h1>
${PROBLEMS[problem]}
<p>This browser is not signed in. Open the link that Eyrie printed in its terminal, or paste its code here.</p>
<p lang="zh-CN">此浏览器尚未登录。请打开 Eyrie 在终端中显示的链接，或在此粘贴其中的代码。</p>
<form method="post" action="${SIGN_IN_PATH}">
<label for="token">Code after “token=” <span lang="zh-CN">· “token=” 之后的代码</span></label>
<input id="token" name="token" autocomplete="off" spellcheck="false" required autofocus>
<button type="submit">Sign in · 登录</button>
</form>
</main></body></html>
`

const STATUS: Readonly<Record<SignInProblem, number>> = { none: 401, 'wrong-token': 401, 'too-many': 429 }

export const signInPage = (problem: SignInProblem): Response =>
  new Response(page(problem), {
    status: STATUS[problem],
    headers: {
      ...PAGE_HEADERS,
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      ...(problem === 'too-many' ? { 'retry-after': '5' } : {})
    }
  })

export const signInStyle = (): Response =>
  new Response(STYLE, {
    headers: { ...PAGE_HEADERS, 'content-type': 'text/css; charset=utf-8', 'cache-control': 'no-cache' }
  })
