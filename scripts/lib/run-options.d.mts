export declare const runOptions: readonly string[]
