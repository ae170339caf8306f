declare module 'bcrypt-pbkdf' {
  const bcrypt: {
    /** bcrypt_pbkdf(3): fills `key`; anything but 0 is a failure. Lengths in bytes. */
    readonly pbkdf: (
      password: Uint8Array,
      passwordLength: number,
      salt: Uint8Array,
      saltLength: number,
      key: Uint8Array,
      keyLength: number,
      rounds: number,
    ) => number
  }
  export default bcrypt
}
