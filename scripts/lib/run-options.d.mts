export declare const runOptions: readonly string[]
export declare const runEnvironment: Readonly<Record<string, string>>
