/** What ssh2 can do with the crypto of the Node it runs in; not among its exports, and fixed with its version. */
declare module 'ssh2/lib/protocol/constants.js' {
  const constants: {
    readonly SUPPORTED_KEX: readonly string[]
    readonly SUPPORTED_SERVER_HOST_KEY: readonly string[]
    readonly SUPPORTED_CIPHER: readonly string[]
    readonly SUPPORTED_MAC: readonly string[]
  }
  export default constants
}
