/** @file Names that every part of the contract uses. */

/** Opaque name of a folder or file the core showed to this session. */
export type FileHandle = string

export type NoParams = Record<string, never>
