/** Types of electron.mjs for the end-to-end harness. */
export function electronBinary(): string | null
export function noWindowReason(env?: NodeJS.ProcessEnv, platform?: string, uid?: number): string | null
export function fetchElectron(node: string): Promise<string | null>
