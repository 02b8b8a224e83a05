import { describe, expect, test } from 'vitest'
import { addressProblem } from './address'

describe('addresses', () => {
  test.each([
    ['https://host/v1', null],
    ['http://localhost:8000/v1', null],
    ['http://127.0.0.1:11434/v1', null],
    ['http://[::1]:1/v1', null],
    ['http://example.org/v1', 'https'],
    ['http://192.168.1.5/v1', 'https'],
    ['https://169.254.169.254/latest', 'link-local'],
    ['https://[fe80::1]/v1', 'link-local'],
    ['https://[::ffff:169.254.169.254]/v1', 'link-local'],
    ['https://0.0.0.0/v1', 'link-local'],
    ['file:///etc/passwd', 'https'],
    ['https://user:pass@host/v1', 'password'],
    ['https://host/v1?key=x', '?'],
    ['host', 'address']
  ])('I1, I3: %s', (url, problem) => {
    if (problem === null) expect(addressProblem(url)).toBeNull()
    else expect(addressProblem(url)).toContain(problem)
  })
})
