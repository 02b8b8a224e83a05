/**
 * @file The application menu, made from the app's command names: an item sends its command to the
 * window, which knows how to run it and when it may. Keys are shown, not bound: the page has them.
 */
import { Menu } from 'electron'
import type { MenuItemConstructorOptions } from 'electron'
import type { Emit } from '../../core/ports'
import { openOutside } from './navigation'

type Item = readonly [command: string, en: string, zh: string, key?: string] | '-'

/** Ids are those of the renderer's commands. */
const MENUS: readonly (readonly [en: string, zh: string, items: readonly Item[]])[] = [
  [
    'File',
    '文件',
    [
      ['project.openFolder', 'Open folder of images…', '打开图片文件夹…', 'CmdOrCtrl+O'],
      ['project.openSample', 'Open sample project', '打开示例项目'],
      '-',
      ['project.rescan', 'Look for new images', '重新扫描图片'],
      ['project.import', 'Import…', '导入…', 'CmdOrCtrl+I'],
      ['project.export', 'Export…', '导出…', 'CmdOrCtrl+E'],
      ['project.close', 'Close project', '关闭项目']
    ]
  ],
  [
    'Edit',
    '编辑',
    [
      ['history.undo', 'Undo', '撤销', 'CmdOrCtrl+Z'],
      ['history.redo', 'Redo', '重做', 'CmdOrCtrl+Shift+Z']
    ]
  ],
  [
    'View',
    '视图',
    [
      ['view.fit', 'Fit image', '适应窗口', '0'],
      ['view.actual', 'Actual size', '实际大小', 'CmdOrCtrl+1'],
      ['app.palette', 'Command palette…', '命令面板…', 'CmdOrCtrl+K'],
      ['app.shortcuts', 'Keyboard shortcuts', '键盘快捷键', 'F1']
    ]
  ]
]

const isChinese = (locale: string): boolean => locale.toLowerCase().startsWith('zh')

function menuItem(item: Item, chinese: boolean, emit: Emit): MenuItemConstructorOptions {
  if (item === '-') return { type: 'separator' }
  const [command, en, zh, accelerator] = item
  return {
    id: command,
    label: chinese ? zh : en,
    ...(accelerator ? { accelerator, registerAccelerator: false } : {}),
    click: () => emit('menu.command', { command })
  }
}

export function setMenu(locale: string, platform: string, emit: Emit): void {
  const chinese = isChinese(locale)
  const say = (en: string, zh: string): string => (chinese ? zh : en)
  const quit: MenuItemConstructorOptions = { role: 'quit', label: say('Quit Eyrie', '退出 Eyrie') }
  const added: readonly MenuItemConstructorOptions[][] = [
    platform === 'darwin' ? [] : [quit],
    [],
    [
      { role: 'togglefullscreen', label: say('Full screen', '全屏') },
      { role: 'toggleDevTools', label: say('Developer tools', '开发者工具') }
    ]
  ]
  const own = MENUS.map(([en, zh, items], i): MenuItemConstructorOptions => {
    const more = added[i] ?? []
    const submenu = items.map((item) => menuItem(item, chinese, emit))
    return { label: say(en, zh), submenu: more.length === 0 ? submenu : [...submenu, { type: 'separator' }, ...more] }
  })
  const application: MenuItemConstructorOptions[] = platform === 'darwin' ? [{ role: 'appMenu' }] : []
  const help: MenuItemConstructorOptions = {
    label: say('Help', '帮助'),
    submenu: [
      {
        id: 'help.licence',
        label: say('Licence (Apache-2.0)', '许可证 (Apache-2.0)'),
        click: () => void openOutside('https://www.apache.org/licenses/LICENSE-2.0')
      }
    ]
  }
  Menu.setApplicationMenu(Menu.buildFromTemplate([...application, ...own, help]))
}
