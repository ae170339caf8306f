/** Reads the fields of a payload one after the other (RFC 4251, 5). What is not there is undefined, and all behind it. */
export class PayloadFields {
  readonly #payload: Buffer
  #at: number

  /** `from` is behind the number of the message. */
  constructor(payload: Buffer, from = 1) {
    this.#payload = payload
    this.#at = from
  }

  number(): number | undefined {
    if (this.#at + 4 > this.#payload.length) return this.#missing()
    this.#at += 4
    return this.#payload.readUInt32BE(this.#at - 4)
  }

  bytes(): Buffer | undefined {
    const length = this.number()
    if (length === undefined || this.#at + length > this.#payload.length) return this.#missing()
    this.#at += length
    return this.#payload.subarray(this.#at - length, this.#at)
  }

  text(): string | undefined {
    return this.bytes()?.toString('utf8')
  }

  #missing(): undefined {
    this.#at = Infinity
    return undefined
  }
}
