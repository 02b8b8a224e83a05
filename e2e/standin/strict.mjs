/** Objects that throw when something is asked of them that the stand-in does not model. */
export const strict = (name, object) =>
  new Proxy(object, {
    get(target, key) {
      if (key in target || typeof key === 'symbol' || key === 'then' || key === 'toJSON') {
        const value = Reflect.get(target, key, target)
        return typeof value === 'function' ? value.bind(target) : value
      }
      throw new Error(`stand-in electron: ${name}.${key} is not modelled`)
    }
  })

export const unmodelled = (name) => strict(name, {})

/** An event whose default a listener may prevent. */
export const preventable = (fields = {}) => ({
  ...fields,
  defaultPrevented: false,
  preventDefault() {
    this.defaultPrevented = true
  }
})
