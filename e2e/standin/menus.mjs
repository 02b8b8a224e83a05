/** Menus and dialogs: nothing is shown; a test clicks items by id and replaces dialogs. */
import { strict } from './strict.mjs'

let applicationMenu = null

class MenuItem {
  constructor(options) {
    Object.assign(this, { enabled: true, ...options })
    if (options.submenu) this.submenu = Menu.buildFromTemplate(options.submenu)
    this.click = () => this.enabled && options.click?.(this, null, {})
  }
}

export class Menu {
  items = []
  static buildFromTemplate(template) {
    const menu = new Menu()
    menu.items = template.map((options) => new MenuItem(options))
    return menu
  }
  static setApplicationMenu(menu) {
    applicationMenu = menu
  }
  static getApplicationMenu() {
    return applicationMenu
  }
  getMenuItemById(id) {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id)
      if (found) return found
    }
    return null
  }
}

export const dialog = strict('dialog', {
  errors: [],
  showOpenDialog: async () => ({ canceled: true, filePaths: [] }),
  showMessageBox: async (...args) => ({ response: args.at(-1).cancelId ?? 0, checkboxChecked: false }),
  showErrorBox(title, content) {
    this.errors.push([title, content])
  }
})

export const shell = strict('shell', {
  opened: [],
  async openExternal(address) {
    this.opened.push(address)
  }
})
