/** What is used of papaparse; its own types want those of Node and of browsers. */
declare module 'papaparse' {
  interface ParseError {
    readonly row?: number
    readonly message: string
  }
  const Papa: {
    parse<T>(
      text: string,
      options: {
        readonly delimiter: string
        readonly newline: '\n'
        readonly header: false
        readonly dynamicTyping: false
      }
    ): { readonly data: T[]; readonly errors: readonly ParseError[] }
  }
  export default Papa
}
