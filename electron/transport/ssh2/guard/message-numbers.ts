/** Messages of SSH (RFC 4250, 4.1.2; RFC 8308, 2.3; RFC 4419, 5). */
export const message = {
  DISCONNECT: 1,
  IGNORE: 2,
  UNIMPLEMENTED: 3,
  DEBUG: 4,
  SERVICE_ACCEPT: 6,
  EXT_INFO: 7,
  KEXINIT: 20,
  KEX_DH_GEX_GROUP: 31,
  USERAUTH_FAILURE: 51,
  USERAUTH_SUCCESS: 52,
  USERAUTH_BANNER: 53,
  /** One of three, by the method of login (RFC 4252, 6). */
  USERAUTH_ANSWER: 60,
  GLOBAL_REQUEST: 80,
  REQUEST_SUCCESS: 81,
  REQUEST_FAILURE: 82,
  CHANNEL_OPEN: 90,
  CHANNEL_OPEN_CONFIRMATION: 91,
  CHANNEL_OPEN_FAILURE: 92,
  CHANNEL_WINDOW_ADJUST: 93,
  CHANNEL_DATA: 94,
  CHANNEL_EXTENDED_DATA: 95,
  CHANNEL_EOF: 96,
  CHANNEL_CLOSE: 97,
  CHANNEL_REQUEST: 98,
  CHANNEL_SUCCESS: 99,
  CHANNEL_FAILURE: 100,
} as const

/** Messages of key exchanges. */
export function isKeyExchange(type: number): boolean {
  return type >= 20 && type <= 49
}

/** Messages of logins. */
export function isLogin(type: number): boolean {
  return type >= 50 && type <= 79
}

/** Messages that are for who is logged in. */
export function isOfConnection(type: number): boolean {
  return type >= 80 && type <= 127
}

/** A message by its name in the RFCs. */
export function nameOf(type: number): string {
  const known = Object.entries(message).find(([, number]) => number === type)
  return known === undefined || type === message.USERAUTH_ANSWER
    ? `message ${String(type)}`
    : `SSH_MSG_${known[0]}`
}
