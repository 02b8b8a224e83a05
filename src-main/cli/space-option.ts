/** @file `--space`, the same wherever text with coordinates is read or written. */
import { Option } from 'commander'
import { DIALECT_SPACES } from '../../src-shared/dialects/dialect'

export const spaceOption = (flags = '--space <space>'): Option =>
  new Option(flags, 'coordinate space: what fractions in the text mean; default: the dialect’s own').choices(
    DIALECT_SPACES
  )
