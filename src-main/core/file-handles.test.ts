import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { createFileHandles } from './file-handles'
import { listFolder } from './folders'

test('a handle says nothing of its path, is the same for the same path, and another in another session', () => {
  const [one, other] = [createFileHandles(), createFileHandles()]
  const handle = one.give('folder', '/home/jo/scans')
  expect(handle).not.toMatch(/home|jo|scans/)
  expect(one.give('folder', '/home/jo/scans')).toBe(handle)
  expect(other.give('folder', '/home/jo/scans')).not.toBe(handle)
  expect(one.resolve('folder', handle)).toBe('/home/jo/scans')
})

test.each(['', '/etc', 'folder-', 'folder-AAAAAAAAAAAAAAAAAAAAAA', '__proto__', 'project-x'])(
  'a made-up handle (%j) is refused',
  (handle) => {
    expect(() => createFileHandles().resolve('folder', handle)).toThrow(
      expect.objectContaining({ code: 'files/unknown-handle' })
    )
  }
)

test('a folder handle does not open as a project', () => {
  const handles = createFileHandles()
  const handle = handles.give('folder', '/x')
  expect(() => handles.resolve('project', handle)).toThrow(expect.objectContaining({ code: 'files/unknown-handle' }))
})

test('a listing shows folders, projects and how many images, and leads up to the root and no further', async () => {
  const root = await mkdtemp(join(tmpdir(), 'eyrie-folders-'))
  try {
    await mkdir(join(root, 'b10'))
    await mkdir(join(root, 'b9'))
    await mkdir(join(root, '.hidden'))
    for (const name of ['x.jpg', 'y.PNG', 'z.txt', 'p.eyrie', '.q.eyrie', 'a.zip', 'm.ONNX'])
      await writeFile(join(root, name), '')
    const handles = createFileHandles()
    const listing = await listFolder(root, handles, dirname(root))
    expect(listing.displayPath).toMatch(/^~/)
    expect(listing.folders.map(({ name }) => name)).toEqual(['b9', 'b10'])
    expect(listing.projects.map(({ name }) => name)).toEqual(['p.eyrie'])
    expect(listing.imageCount).toBe(2)
    expect(listing.files.map(({ name }) => name)).toEqual(['a.zip', 'z.txt'])
    expect(listing.models.map(({ name }) => name)).toEqual(['a.zip', 'm.ONNX'])
    expect(handles.resolve('folder', listing.parent ?? '')).toBe(dirname(root))
    expect((await listFolder('/', handles, root)).parent).toBeNull()
    await expect(listFolder(join(root, 'nowhere'), handles, root)).rejects.toMatchObject({
      code: 'files/unreadable-folder'
    })
  } finally {
    await rm(root, { recursive: true, force: true })
  }
})
