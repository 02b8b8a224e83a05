import { describe, expect, it } from 'vitest'
import type { RegionRecord, RegionState } from '../../../src-shared/document/records'
import { regionRecord } from '../../../src-shared/document/testing'
import { memoryImage } from '../../testing/memory-rpc'
import { initialState } from '../state/studio-state'
import type { StudioState } from '../state/studio-state'
import { chordOf, chordParts } from './keymap'
import { commandForChord, commands } from './registry'
import { neighbourRegion, nextProposal, proposalsToDecide } from './selection'

const region = (id: string, state: RegionState, at: number): RegionRecord =>
  regionRecord(id, {
    imageId: 'a',
    state,
    provenance: { origin: state === 'accepted' ? 'human' : 'model' },
    createdAtMs: at
  })
const regions = [
  region('h', 'accepted', 1),
  region('p', 'proposed', 2),
  region('r', 'rejected', 3),
  region('q', 'proposed', 4)
]
const project = { readOnly: false } as StudioState['project']
const view = (patch: Partial<StudioState> = {}): StudioState => ({
  ...initialState,
  screen: 'studio',
  project,
  document: { ...memoryImage('a'), regions },
  ...patch
})
const press = (key: string, more: Partial<Parameters<typeof chordOf>[0]> = {}): string =>
  chordOf({ key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more })
const onCanvas = { typing: false, inControl: false }

describe('chords', () => {
  it.each([
    [press('a'), 'A'],
    [press('A', { shiftKey: true }), 'Shift+A'],
    [press('z', { ctrlKey: true }), 'Mod+Z'],
    [press('Z', { metaKey: true, shiftKey: true }), 'Mod+Shift+Z'],
    [press('?', { shiftKey: true, code: 'Slash' }), '?'],
    [press('ф', { code: 'KeyA' }), 'A'],
    [press('&', { code: 'Digit1' }), '1'],
    [press(' '), 'Space'],
    [press('Tab', { shiftKey: true }), 'Shift+Tab']
  ])('calls a key press %s', (chord, expected) => expect(chord).toBe(expected))

  it('shows plus signs as keys, too', () => expect(chordParts('+')).toEqual(['+']))
})

describe('commands', () => {
  it('has no id and no key twice', () => {
    const twice = (list: readonly string[]): string[] => list.filter((one, index) => list.indexOf(one) !== index)
    expect(twice(commands.map(({ id }) => id))).toEqual([])
    expect(twice(commands.flatMap(({ keys }) => keys))).toEqual([])
  })

  it('does nothing with letters while words are typed, except what says so', () => {
    const typing = { typing: true, inControl: true }
    expect(commandForChord(view(), 'A', typing)).toBeNull()
    expect(commandForChord(view(), 'Mod+K', typing)?.id).toBe('app.palette')
  })

  it('leaves Tab to the controls of the window', () => {
    expect(commandForChord(view(), 'Tab', { typing: false, inControl: true })).toBeNull()
    expect(commandForChord(view(), 'Tab', onCanvas)?.id).toBe('region.next')
  })

  it('offers no edit in a read-only project', () => {
    const readOnly = view({ project: { readOnly: true } as StudioState['project'], selection: ['h'] })
    for (const chord of ['R', 'F', 'A', 'X', 'Delete', 'C', 'Mod+Z'])
      expect(commandForChord(readOnly, chord, onCanvas)).toBeNull()
    expect(commandForChord(readOnly, 'V', onCanvas)?.id).toBe('tool.select')
  })

  it('offers delete only with something selected', () => {
    expect(commandForChord(view(), 'Delete', onCanvas)).toBeNull()
    expect(commandForChord(view({ selection: ['h'] }), 'Delete', onCanvas)?.id).toBe('region.delete')
  })
})

describe('selection', () => {
  it('decides selected proposals, the first open one with nothing selected, and nothing unseen', () => {
    const ids = (selection: readonly string[]): string[] => proposalsToDecide(view({ selection })).map(({ id }) => id)
    expect(ids(['q', 'h'])).toEqual(['q'])
    expect(ids([])).toEqual(['p'])
    expect(ids(['h'])).toEqual([])
  })

  it('goes on to the next open proposal, round the end', () => {
    expect(nextProposal(view(), ['p'])).toBe('q')
    expect(nextProposal(view(), ['q'])).toBe('p')
    expect(nextProposal(view(), ['p', 'q'])).toBeNull()
  })

  it('walks the least certain proposals first when that is wanted', () => {
    const sure = [0.9, null, 0.2, 0.5].map((confidence, at) => ({ ...region(`p${at}`, 'proposed', at), confidence }))
    const patch = {
      document: { ...memoryImage('a'), regions: sure },
      settings: { ...initialState.settings, leastCertainFirst: true }
    }
    const walked: string[] = []
    for (let id: string | null = null; walked.length < 4;) {
      id = id === null ? (proposalsToDecide(view(patch))[0]?.id ?? null) : nextProposal(view(patch), [id])
      walked.push(id ?? 'none')
    }
    expect(walked).toEqual(['p2', 'p3', 'p0', 'p1'])
    expect(proposalsToDecide(view({ ...patch, settings: initialState.settings }))[0]?.id).toBe('p0')
  })

  it('walks regions in order of making and passes by rejected ones', () => {
    expect(neighbourRegion(view(), 1)).toBe('h')
    expect(neighbourRegion(view({ selection: ['p'] }), 1)).toBe('q')
    expect(neighbourRegion(view({ selection: ['q'] }), 1)).toBe('h')
    expect(neighbourRegion(view({ selection: ['h'] }), -1)).toBe('q')
  })
})

describe('appearance', () => {
  it('offers every theme and language but the one in force', () => {
    const state = view()
    const enabled = commands.filter((command) => command.id.startsWith('appearance.') && command.isEnabled(state))
    expect(state.settings).toMatchObject({ theme: 'system', language: 'system' })
    expect(enabled.map((command) => command.id)).toEqual([
      'appearance.theme.dark',
      'appearance.theme.light',
      'appearance.language.en',
      'appearance.language.zh-CN'
    ])
  })
})
