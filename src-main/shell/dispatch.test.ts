import { expect, test } from 'vitest'
import { createDispatch } from './dispatch'
import { tinyCore } from './testing'

function dispatcher() {
  const core = tinyCore()
  const faults: string[] = []
  return { core, faults, dispatch: createDispatch(core.handlers, (where) => void faults.push(where)) }
}

test('J6: unknown methods are refused without side effects, names of Object.prototype included', async () => {
  const { core, dispatch } = dispatcher()
  for (const method of ['nope', 'toString', '__proto__', 'constructor', '', null, 7, {}, ['app.info']]) {
    expect(await dispatch(method, {})).toMatchObject({ ok: false, error: { code: 'ipc/unknown-method' } })
  }
  expect(core.ran).toEqual([])
})

test('J6: params that do not fit are refused before the handler runs', async () => {
  const { core, dispatch } = dispatcher()
  const bad = [null, undefined, 7, 'x', [], { extra: 1 }, JSON.parse('{"__proto__":{"polluted":1}}')]
  for (const params of bad) {
    expect(await dispatch('project.info', params)).toMatchObject({ ok: false, error: { code: 'ipc/invalid-params' } })
  }
  expect(core.ran).toEqual([])
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

test('K7: errors of the world keep code and next step, and lose absolute paths', async () => {
  const { dispatch, faults } = dispatcher()
  const reply = await dispatch('history.undo', {})
  expect(reply).toMatchObject({ ok: false, error: { code: 'store/busy', nextStep: 'Wait.' } })
  expect(JSON.stringify(reply)).not.toContain('/home/someone')
  expect(faults).toEqual([])
})

test('K7: faults of the program are logged and say nothing of themselves to the window', async () => {
  const { dispatch, faults } = dispatcher()
  const reply = await dispatch('history.redo', {})
  expect(reply).toMatchObject({ ok: false, error: { code: 'app/unexpected' } })
  expect(JSON.stringify(reply)).not.toMatch(/secret|TypeError|stack/)
  expect(faults).toEqual(['history.redo'])
})

test('a good call gets its value', async () => {
  const { core, dispatch } = dispatcher()
  expect(await dispatch('labels.list', {})).toEqual({ ok: true, value: [] })
  expect(core.ran).toEqual([['labels.list', {}]])
})
