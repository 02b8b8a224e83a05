declare module 'clarinet' {
  const clarinet: { parser(): unknown }
  export default clarinet
}
